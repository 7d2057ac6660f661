// The quick start for Objective-C: NSURLSession, as a program for the command line of macOS.
import { objectiveCLiteral } from './literal.ts';
import { type QuickStart, type QuickStartValues, tokenRequest, tokenUrl } from './snippet.ts';

function program(accessToken: string, url: string, prepare: string, success: string): string {
  return `#import <Foundation/Foundation.h>
${accessToken}
int main(void) {
  @autoreleasepool {
    NSURL *url = [NSURL URLWithString:${objectiveCLiteral(url)}];
    NSMutableURLRequest *request = [NSMutableURLRequest requestWithURL:url];
${prepare}

    __block int exitCode = 1;
    dispatch_semaphore_t done = dispatch_semaphore_create(0);
    void (^answered)(NSData *, NSURLResponse *, NSError *) = ^(NSData *data, NSURLResponse *response, NSError *error) {
      NSInteger status = ((NSHTTPURLResponse *)response).statusCode;
      if (error != nil) {
        fprintf(stderr, "%s\\n", error.localizedDescription.UTF8String);
      } else if (status != 200) {
        fprintf(stderr, "%ld %.*s\\n", (long)status, (int)data.length, (const char *)data.bytes);
      } else {
${success}
        exitCode = 0;
      }
      dispatch_semaphore_signal(done);
    };
    [[NSURLSession.sharedSession dataTaskWithRequest:request completionHandler:answered] resume];
    dispatch_semaphore_wait(done, DISPATCH_TIME_FOREVER);
    return exitCode;
  }
}
`;
}

function getToken(values: QuickStartValues): string {
  const members = tokenRequest(values).map(([name, value]) => `      @"${name}": ${objectiveCLiteral(value)},`);
  const prepare = `    NSDictionary *login = @{
${members.join('\n')}
    };
    request.HTTPMethod = @"POST";
    request.HTTPBody = [NSJSONSerialization dataWithJSONObject:login options:0 error:nil];
    [request setValue:@"application/json" forHTTPHeaderField:@"Content-Type"];`;
  const success = `        NSDictionary *token = [NSJSONSerialization JSONObjectWithData:data options:0 error:nil];
        printf("%s\\n", [token[@"access_token"] UTF8String]);`;
  return program('', tokenUrl(values), prepare, success);
}

function callApi(values: QuickStartValues): string {
  const prepare = `    [request setValue:[@"Bearer " stringByAppendingString:accessToken] forHTTPHeaderField:@"Authorization"];`;
  const success = `        printf("%.*s\\n", (int)data.length, (const char *)data.bytes);`;
  return program('\nstatic NSString *const accessToken = @"YOUR_ACCESS_TOKEN";\n', values.apiUrl, prepare, success);
}

/** What it does between the braces of `main` fits into an app as it is, except for the waiting. */
export const objectiveC: QuickStart = {
  language: 'objective-c',
  label: 'Objective-C',
  highlight: 'objectivec',
  fileName: 'quick-start.m',
  run: 'clang -fobjc-arc -framework Foundation quick-start.m -o quick-start && ./quick-start',
  getToken,
  callApi,
};
