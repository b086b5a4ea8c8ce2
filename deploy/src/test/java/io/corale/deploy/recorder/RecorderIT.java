package io.corale.deploy.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderIT {
  @TempDir Path directory;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private RecorderServer server;
  private Path file;

  @BeforeEach
  void open() throws IOException {
    file = directory.resolve("record.ndjson");
    server = RecorderServer.open(0, file);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @Test
  void echoesAndLabelsTheSameWayEveryTime() throws Exception {
    String first = post("/label?latency=PT0.01S", "a/1", 1).body();
    String second = post("/label", "b/1", 1).body();

    assertThat(first).startsWith("{\"echo\":{\"picture\":7},\"label\":\"").isEqualTo(second);
    assertThat(Files.readString(file)).isEqualTo(get("/_record"));
    assertThat(RecorderHistory.read(file).attempts().keySet()).containsExactly("a/1", "b/1");
  }

  @Test
  void refusesWhatIsAboveTheLimitAndSaysSo() {
    List<CompletableFuture<HttpResponse<String>>> burst =
        IntStream.range(0, 12)
            .mapToObj(i -> send(request("/label?latency=PT0.3S&limit=4", "inv-" + i + "/1", 1)))
            .toList();
    List<HttpResponse<String>> answers = burst.stream().map(CompletableFuture::join).toList();

    assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 429);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() == 429)
        .allSatisfy(answer -> assertThat(answer.headers().firstValue("Retry-After")).contains("1"));
    assertThat(RecorderHistory.parse(get("/_record")).highest("label")).isEqualTo(4);
  }

  @Test
  void losesARepliesConnectionAfterTheWork() {
    assertThatThrownBy(() -> post("/label?lost=100", "a/1", 1)).isInstanceOf(IOException.class);

    assertThat(get("/_stats")).contains("\"started\":1,\"ended\":1");
  }

  @Test
  void goesOnWhenItsClientIsGone() throws Exception {
    // Before it, so that the client is warm and its request is on its way in time.
    get("/_stats");
    HttpRequest impatient =
        request("/label?latency=PT6S", "a/1", 1).timeout(Duration.ofSeconds(2)).build();
    assertThatThrownBy(() -> client.send(impatient, HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(HttpTimeoutException.class);
    assertThat(get("/_stats")).contains("\"running\":1");

    // A function of the same length that began later ends later.
    post("/label?latency=PT6S", "b/1", 1);

    assertThat(get("/_stats")).contains("\"started\":2,\"ended\":2,\"refused\":0,\"running\":0");
  }

  @Test
  void failsAsDeclaredAndNamesWhatItDoesNotKnow() throws Exception {
    assertThat(post("/label?failures=100", "a/1", 1).statusCode()).isEqualTo(500);
    assertThat(post("/label?latancy=PT1S", "b/1", 1).body()).contains("'latancy' is not known");
    assertThat(post("/label?latency=PT2S&timeout=PT0.05S", "c/1", 1).statusCode()).isEqualTo(504);

    post("/_reset", "none", 1);

    assertThat(get("/_stats")).contains("\"total\":{\"started\":0");
  }

  private HttpResponse<String> post(String path, String key, int attempt) throws Exception {
    return client.send(request(path, key, attempt).build(), HttpResponse.BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, String key, int attempt) {
    return HttpRequest.newBuilder(URI.create(server.url() + path))
        .header("Idempotency-Key", key)
        .header("Corale-Attempt", Integer.toString(attempt))
        .POST(HttpRequest.BodyPublishers.ofString("{\"picture\":7}"));
  }

  private String get(String path) {
    return send(HttpRequest.newBuilder(URI.create(server.url() + path)).GET()).join().body();
  }
}
