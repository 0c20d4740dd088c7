"""What API Gateway's access log says of a request: one JSON line, with neither the key nor the body."""

import json

from aws_cdk.aws_apigateway import AccessLogField, AccessLogFormat

ACCESS_LOG_FORMAT = AccessLogFormat.custom(
    json.dumps(
        {
            "request_id": AccessLogField.context_request_id(),
            "time": AccessLogField.context_request_time(),
            "ip": AccessLogField.context_identity_source_ip(),
            "key_id": AccessLogField.context_identity_api_key_id(),
            "method": AccessLogField.context_http_method(),
            "path": AccessLogField.context_resource_path(),
            "status": AccessLogField.context_status(),
            "latency_ms": AccessLogField.context_response_latency(),
            "error": AccessLogField.context_error_response_type(),
        }
    )
)
