"""What every HTTP function uses: requests, responses, errors, fields, timestamps, telemetry."""
