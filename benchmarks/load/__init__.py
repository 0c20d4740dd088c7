"""The service under load: through Lambda's runtime client, and over HTTP through API Gateway's throttle."""
