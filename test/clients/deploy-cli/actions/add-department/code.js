// An action as somebody hands it to Auth0's Deploy CLI; see tenant.yaml.
exports.onExecutePostLogin = async (event, api) => {
  api.idToken.setCustomClaim('https://myapp.com/department', event.secrets.DEPARTMENT);
};
