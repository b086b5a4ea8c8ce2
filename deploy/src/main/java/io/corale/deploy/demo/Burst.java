package io.corale.deploy.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What a program does that calls a provider itself: every call at once.
 *
 * @param served calls that were answered
 * @param refused calls that the provider answered with 429
 * @param other calls that came to something else
 */
record Burst(int served, int refused, int other) {
  private static final int TOO_MANY_REQUESTS = 429;

  /** Makes so many calls at once and waits for all answers. */
  static Burst at(URI function, int calls, Duration patience) {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(patience)
            .build();
    List<CompletableFuture<HttpResponse<Void>>> answers = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      HttpRequest request =
          HttpRequest.newBuilder(function)
              .timeout(patience)
              .POST(HttpRequest.BodyPublishers.ofString("{\"picture\":" + i + "}"))
              .build();
      answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.discarding()));
    }
    return count(answers.stream().map(answer -> answer.handle(Burst::status).join()).toList());
  }

  private static int status(HttpResponse<Void> response, Throwable failure) {
    return failure == null ? response.statusCode() : 0;
  }

  private static Burst count(List<Integer> statuses) {
    int served = (int) statuses.stream().filter(status -> status == 200).count();
    int refused = (int) statuses.stream().filter(status -> status == TOO_MANY_REQUESTS).count();
    return new Burst(served, refused, statuses.size() - served - refused);
  }
}
