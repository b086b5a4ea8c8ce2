package io.corale.node.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Refusal;
import io.corale.wire.Common;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import io.corale.wire.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class WatchedDoorTest {
  private final Metrics metrics = new Metrics();
  private final Asked asked = new Asked();

  /** A request, and what was said to it. */
  private static final class Asked implements Exchange {
    final List<Door.Response> said = new ArrayList<>();
    final List<Runnable> onForget = new ArrayList<>();

    @Override
    public Door.Request request() {
      return Door.Request.newBuilder().setStatus(Door.Status.getDefaultInstance()).build();
    }

    @Override
    public boolean fromNode() {
      return false;
    }

    @Override
    public void more(Door.Response.Builder response) {
      said.add(response.build());
    }

    @Override
    public void answer(Door.Response.Builder response) {
      said.add(response.build());
    }

    @Override
    public void onForget(Runnable action) {
      onForget.add(action);
    }

    @Override
    public void onGone(Runnable action) {}
  }

  private void handledBy(Consumer<Exchange> handler) {
    new WatchedDoor(metrics, handler).accept(asked);
  }

  private String text() {
    return Exposition.of(metrics.all());
  }

  @Test
  void countsARequestOnceHoweverManyResponsesItHas() {
    handledBy(
        exchange -> {
          exchange.more(Door.Response.newBuilder());
          exchange.answer(Door.Response.newBuilder().setDone(Door.Done.getDefaultInstance()));
        });

    assertThat(text())
        .contains("corale_door_requests_total{kind=\"status\",outcome=\"ok\"} 1\n")
        .contains("corale_door_request_seconds_count{kind=\"status\"} 1\n");
    assertThat(asked.said).hasSize(2);
  }

  @Test
  void namesWhyItWasRefused() {
    Refusal full = Refusal.of(Refusal.Code.OVERLOADED, "full");

    handledBy(
        exchange -> exchange.answer(Door.Response.newBuilder().setRefused(Encode.refusal(full))));

    assertThat(text())
        .contains("corale_door_requests_total{kind=\"status\",outcome=\"overloaded\"} 1\n");
  }

  @Test
  void whoStopsWaitingIsCountedEvenIfTheAnswerStillComes() {
    handledBy(exchange -> {});

    asked.onForget.forEach(Runnable::run);

    assertThat(text())
        .contains("corale_door_requests_total{kind=\"status\",outcome=\"forgotten\"} 1\n")
        .doesNotContain("corale_door_request_seconds");
  }

  @Test
  void countsRefusalsThatTookMoreThanFiveMilliseconds() {
    WatchedDoor door = new WatchedDoor(metrics, exchange -> {});

    door.refused(Common.Refusal.Code.OVERLOADED, false, 5_000_000);
    door.refused(Common.Refusal.Code.OVERLOADED, false, 5_000_001);
    door.refused(Common.Refusal.Code.OVERLOADED, true, 1_000);

    assertThat(text())
        .contains("corale_door_refusal_seconds_count{asker=\"client\",code=\"overloaded\"} 2\n")
        .contains("corale_door_refusal_seconds_count{asker=\"node\",code=\"overloaded\"} 1\n")
        .contains("corale_door_late_refusals_total{asker=\"client\",code=\"overloaded\"} 1\n")
        .doesNotContain("corale_door_late_refusals_total{asker=\"node\"");
  }
}
