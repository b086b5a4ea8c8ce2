package io.corale.node.provider.http;

import io.corale.model.Outcome;
import io.corale.node.outward.http.Answers;
import io.corale.node.outward.http.Message;
import io.corale.node.outward.http.Reply;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What replies to a request mean: a status outside of 200 to 299 is an error with that status, or,
 * where the composition wants redirects followed, outside of 200 to 399.
 */
final class RequestAnswers implements Answers {
  private final WantedRequest wanted;
  private final InstantSource wall;

  RequestAnswers(WantedRequest wanted, InstantSource wall) {
    this.wanted = wanted;
    this.wall = wall;
  }

  @Override
  public Next read(Reply reply, Message sent, int messages) {
    int status = reply.status();
    if (status >= 300 && status < 400 && wanted.followsRedirects()) {
      return redirected(reply, sent, messages);
    }
    if (status >= 200 && status < 300) {
      return new Next.Ended(Contents.output(wanted, reply));
    }
    Optional<Outcome> throttled = HttpAnswers.throttled(reply, wall.instant());
    return new Next.Ended(throttled.orElseGet(() -> failed(reply)));
  }

  private Next redirected(Reply reply, Message sent, int messages) {
    Optional<String> location = reply.header(HttpHeaderNames.LOCATION);
    if (location.isEmpty() || !Redirects.isFollowed(reply.status())) {
      return new Next.Ended(Contents.output(wanted, reply)); // It points nowhere.
    }
    Redirects.Way way = Redirects.from(sent, reply.status(), location.get(), messages);
    if (way instanceof Redirects.Way.Open open) {
      return new Next.Elsewhere(open.message());
    }
    String why = ((Redirects.Way.Closed) way).why();
    return new Next.Ended(
        new Outcome.FunctionError("HTTP " + reply.status() + ": " + why, false, reply.status()));
  }

  /** What is behind a gateway that gives up may go on, so that its slot is not free yet. */
  private static Outcome failed(Reply reply) {
    int status = reply.status();
    String detail = HttpAnswers.detail(status, reply.body());
    return HttpAnswers.isOfSomebodyBefore(status)
        ? new Outcome.Unavailable(detail, true, status)
        : new Outcome.FunctionError(detail, status >= 500, status);
  }
}
