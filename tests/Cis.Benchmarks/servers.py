"""The servers of ../shared/servers on free loopback ports, and as much of a client for each as the benchmarks need."""
import hashlib
import hmac
import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.parse

from measuring import CIS, SHARED, say

FOLDER = os.path.join(SHARED, "servers")
BUCKET = "bench"
INDEX = "cis-files"
ACCESS, SECRET, REGION = "ACCESS", "SECRET", "us-east-1"
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid):
    """User and system time of a process so far."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Server:
    """One of the servers, from "ready" to SIGTERM."""

    def __init__(self, name, *arguments, **environment):
        self.name, self.port = name, free_port()
        self._command = [f"{FOLDER}/{name}/start.sh", str(self.port), *arguments]
        # Java as users run it: JIT=1 starts faster and indexes slower.
        self._environment = {"PATH": os.environ["PATH"], "JIT": "4", **environment}
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            self._command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def wait_until_ready(self):
        if self.process.stdout.readline() != "ready\n":
            raise SystemExit(f"{self.name} does not start")

    def call(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status >= 300 and not (method == "DELETE" and answer.status == 404):
                raise SystemExit(f"{self.name}: {method} {path}: {answer.status} {text[:300]}")
            return text
        finally:
            connection.close()

    def cpu(self):
        return cpu_seconds(self.process.pid)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)

    def kill(self):
        """Ends it as a power cut does: it says goodbye to nobody."""
        self.process.kill()
        self.process.wait(timeout=60)


class Servers:
    """Queue, store, index and a proxy in front of the store, and the environment in which cis finds them."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="cis-bench-")
        self.index = Server("opensearch", f"{self.folder}/index")
        self.queue = Server("elasticmq")
        self.store = Server("s3", f"{self.folder}/store", ACCESS, SECRET, REGION=REGION)
        self.proxy = Server("toxiproxy")
        self.proxied = free_port()
        self.clients = []  # processes that are to end before the servers do

    def __enter__(self):
        say("starting OpenSearch, ElasticMQ, versitygw and toxiproxy")
        try:
            for server in self.all():
                server.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        self.put("")
        route = {"name": "s3", "listen": f"127.0.0.1:{self.proxied}", "upstream": f"127.0.0.1:{self.store.port}"}
        self.proxy.call("POST", "/proxies", json.dumps(route))
        return self

    def __exit__(self, *_):
        for client in self.clients:
            if client.returncode is None:
                client.kill()
        for server in self.all():
            server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def all(self):
        return [self.index, self.queue, self.store, self.proxy]

    @property
    def queue_url(self):
        return f"http://127.0.0.1:{self.queue.port}/000000000000/cis-queue"

    def environment(self, through_proxy=False):
        store = self.proxied if through_proxy else self.store.port
        return {
            "PATH": os.environ["PATH"],
            "SQS_QUEUE_URL": self.queue_url,
            "S3_BUCKET": BUCKET,
            "OPENSEARCH_ENDPOINT": f"http://127.0.0.1:{self.index.port}",
            "AWS_ENDPOINT_URL_SQS": f"http://127.0.0.1:{self.queue.port}",
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{store}",
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_EC2_METADATA_DISABLED": "true",
            # How the collector works is tried by its variables.
            **{name: value for name, value in os.environ.items() if name.startswith("DOTNET_GC")},
        }

    def delay_store(self, milliseconds):
        """Lets each answer of the store that goes through the proxy take longer."""
        self.proxy.call("DELETE", "/proxies/s3/toxics/slow")
        if milliseconds:
            toxic = {"name": "slow", "type": "latency", "attributes": {"latency": milliseconds}}
            self.proxy.call("POST", "/proxies/s3/toxics", json.dumps(toxic))

    # The store: S3 with Signature Version 4.

    def put(self, key, body=b""):
        path = f"/{BUCKET}" + (f"/{urllib.parse.quote(key)}" if key else "")
        at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        headers = {
            "host": f"127.0.0.1:{self.store.port}",
            "x-amz-content-sha256": hashlib.sha256(body).hexdigest(),
            "x-amz-date": at,
        }
        names = ";".join(headers)
        canonical = "\n".join(
            ["PUT", path, "", *(f"{k}:{v}" for k, v in headers.items()), "", names, headers["x-amz-content-sha256"]]
        )
        scope = f"{at[:8]}/{REGION}/s3/aws4_request"
        text = "\n".join(["AWS4-HMAC-SHA256", at, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        signing_key = f"AWS4{SECRET}".encode()
        for part in scope.split("/"):
            signing_key = hmac.digest(signing_key, part.encode(), "sha256")
        signature = hmac.new(signing_key, text.encode(), "sha256").hexdigest()
        headers[
            "authorization"
        ] = f"AWS4-HMAC-SHA256 Credential={ACCESS}/{scope}, SignedHeaders={names}, Signature={signature}"
        self.store.call("PUT", path, body, headers)

    # The queue.

    def sqs(self, action, **members):
        headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"AmazonSQS.{action}"}
        text = self.queue.call("POST", "/", json.dumps({"QueueUrl": self.queue_url, **members}), headers)
        return json.loads(text or "{}")

    def send(self, keys):
        """Sends a notice for each key: the time of sending of each."""
        sent = {}
        for i in range(0, len(keys), 10):
            batch = keys[i : i + 10]
            now = time.time()
            entries = [
                {"Id": str(n), "MessageBody": json.dumps({"s3Key": key, "fileId": key})} for n, key in enumerate(batch)
            ]
            if len(self.sqs("SendMessageBatch", Entries=entries)["Successful"]) != len(batch):
                raise SystemExit("the queue did not take all messages")
            sent.update(dict.fromkeys(batch, now))
        return sent

    def dead_letters(self):
        """Takes all dead letters out of their queue: the outcome of each, and its reason, by its key."""
        found, url = {}, self.queue_url.replace("cis-queue", "cis-dlq")
        while batch := self.sqs(
            "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            for message in batch:
                values = {
                    name: value.get("StringValue") for name, value in message.get("MessageAttributes", {}).items()
                }
                found[json.loads(message["Body"])["s3Key"]] = (values.get("cis-outcome"), values.get("cis-reason"))
                self.sqs("DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def messages_left(self):
        names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        return sum(int(n) for n in self.sqs("GetQueueAttributes", AttributeNames=names)["Attributes"].values())

    # The index.

    def renew_index(self):
        self.index.call("DELETE", f"/{INDEX}*")
        subprocess.run(
            [CIS, "index", "init"],
            check=True,
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def texts(self):
        """The text of every document, by its key."""
        self.index.call("POST", f"/{INDEX}/_refresh")
        query = {"size": 1000, "_source": ["s3_key", "extracted_text"], "sort": [{"file_id": "asc"}]}
        texts = {}
        while hits := self._search(query):
            texts.update((hit["_source"]["s3_key"], hit["_source"].get("extracted_text", "")) for hit in hits)
            query["search_after"] = hits[-1]["sort"]
        return texts

    def _search(self, query):
        found = self.index.call("POST", f"/{INDEX}/_search", json.dumps(query), {"content-type": "application/json"})
        return json.loads(found)["hits"]["hits"]
