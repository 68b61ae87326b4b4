# SPDX-License-Identifier: Apache-2.0
"""boto3."""

from __future__ import annotations

from sample import CHANNEL_ARN, CLIENT_ID, REGION


def client(url, ca):
    import boto3

    return boto3.client("kinesis-video-signaling", region_name=REGION, endpoint_url=url, verify=ca)


def call(client):
    return client.get_ice_server_config(ChannelARN=CHANNEL_ARN, ClientId=CLIENT_ID)


def signer(url, body):
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    from sample import PATH

    credentials = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    auth = SigV4Auth(credentials, "kinesisvideo", REGION)

    def sign():
        request = AWSRequest("POST", url + PATH, {"Content-Type": "application/json"}, body)
        auth.add_auth(request)

    return sign


def resolver():
    import boto3

    made = boto3.client("kinesis-video-signaling", region_name=REGION)
    operation = made.meta.service_model.operation_model("GetIceServerConfig")
    resolver = made._ruleset_resolver
    return lambda: resolver.construct_endpoint(operation, {"ChannelARN": CHANNEL_ARN}, {})


def decoder(body):
    import boto3
    from botocore.parsers import create_parser

    made = boto3.client("kinesis-video-signaling", region_name=REGION)
    shape = made.meta.service_model.operation_model("GetIceServerConfig").output_shape
    parser = create_parser("rest-json")
    answer = {"status_code": 200, "headers": {"content-type": "application/json"}, "body": body}
    return lambda: parser.parse(answer, shape)
