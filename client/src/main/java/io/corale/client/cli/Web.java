package io.corale.client.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Documents on the web: a small port, so that tests need none. */
@FunctionalInterface
interface Web {
  /** For one document, however slowly it comes: a person waits. */
  Duration PATIENCE = Duration.ofSeconds(30);

  /** The document there, if it has at most so many bytes. */
  byte[] get(URI address, int maxBytes) throws IOException;

  /** The real one. Redirects are followed as the JDK does: at most five, never to less safety. */
  static Web real() {
    return Web::fetch;
  }

  private static byte[] fetch(URI address, int maxBytes) throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
    CompletableFuture<byte[]> body =
        client
            .sendAsync(request, BodyHandlers.ofInputStream())
            .thenApplyAsync(response -> body(response, maxBytes));
    try {
      return body.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(reason(e.getCause() == null ? e : e.getCause()), e);
    } catch (TimeoutException e) {
      throw new IOException("it did not come within " + PATIENCE.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static byte[] body(HttpResponse<InputStream> response, int maxBytes) {
    try (InputStream in = response.body()) {
      if (response.statusCode() != 200) {
        throw new IllegalStateException("the answer has status " + response.statusCode());
      }
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new IllegalStateException("it has more than " + maxBytes + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw new IllegalStateException(reason(e), e);
    }
  }

  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? "nobody answers there" : message;
  }
}
