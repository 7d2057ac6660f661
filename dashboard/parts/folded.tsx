// Something that most readers do not need, folded away until it is opened.
import { Box, Group, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';

/** Shows the label, and what is under it once it was opened; that is made only then. */
export function Folded({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const [isOpen, { toggle }] = useDisclosure();
  const id = useId();
  const Icon = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <UnstyledButton onClick={toggle} aria-expanded={isOpen} aria-controls={id} fz="sm" fw={500}>
        <Group component="span" gap={4} display="inline-flex">
          <Icon size={14} aria-hidden /> {label}
        </Group>
      </UnstyledButton>
      <Box id={id} mt={isOpen ? 'xs' : 0}>
        {isOpen ? children : null}
      </Box>
    </div>
  );
}
