package io.corale.deploy.bench;

import io.corale.deploy.cluster.CoraleProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Requests of HTTP to processes on this machine. */
final class Loopback {
  /** More than any of them is given to answer. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final long POLL_MILLIS = 100;
  private static final int SUCCESS = 2;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private static HttpRequest.Builder request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(TIMEOUT);
  }

  private static HttpRequest post(int port, String path, String json) {
    return request(port, path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json))
        .build();
  }

  /** Waits until the process says by a status of 2xx that it serves. */
  void awaitReady(CoraleProcess process, int port, String path, Duration patience)
      throws IOException, InterruptedException {
    HttpRequest question = request(port, path).GET().build();
    await(process, question, patience);
  }

  /** Asks until the process does it. */
  void awaitDone(CoraleProcess process, int port, String path, String json, Duration patience)
      throws IOException, InterruptedException {
    await(process, post(port, path, json), patience);
  }

  private void await(CoraleProcess process, HttpRequest request, Duration patience)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    String last = "nothing yet";
    while (System.nanoTime() < until && process.isAlive()) {
      try {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 == SUCCESS) {
          return;
        }
        last = response.statusCode() + " " + response.body();
      } catch (IOException e) {
        last = e.toString();
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new IOException(
        "%s was not answered well within %s, or %s has ended; last: %s"
            .formatted(request.uri(), patience, process.name(), last));
  }

  /**
   * The body of a page.
   *
   * @throws IOException also where the answer is none of success, or does not come in time
   */
  String get(int port, String path, Duration patience) throws IOException, InterruptedException {
    HttpRequest question = request(port, path).timeout(patience).GET().build();
    HttpResponse<String> response = client.send(question, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 != SUCCESS) {
      throw new IOException(path + " was answered " + response.statusCode());
    }
    return response.body();
  }

  /** Posts once; what was wrong, if the answer is not as expected. */
  CompletionStage<Optional<String>> post(int port, String path, String json, String expected) {
    return client
        .sendAsync(post(port, path, json), HttpResponse.BodyHandlers.ofString())
        .thenApply(
            response ->
                response.statusCode() / 100 == SUCCESS && response.body().equals(expected)
                    ? Optional.empty()
                    : Optional.of(response.statusCode() + " " + response.body()));
  }
}
