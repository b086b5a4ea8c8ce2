package io.corale.node.provider.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Outcome;
import io.corale.model.Payload;
import io.corale.node.provider.Calls;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LocalProviderIT {
  private record Named(String name, UnaryOperator<Payload> body) implements LocalFunction {
    @Override
    public Payload apply(Payload arguments) {
      return body.apply(arguments);
    }
  }

  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch never = new CountDownLatch(1);
  private final List<LocalFunction> present =
      List.of(
          new Named("echo", arguments -> arguments),
          new Named(
              "fail",
              arguments -> {
                throw new IllegalStateException("no such picture");
              }),
          new Named("sleep", this::sleep),
          new Named("unlisted", arguments -> arguments));

  private Payload sleep(Payload arguments) {
    try {
      never.await();
    } catch (InterruptedException e) {
      interrupted.countDown();
    }
    return arguments;
  }

  @Test
  void appliesAListedFunctionToItsArguments() throws Exception {
    try (Provider provider = open("echo", "fail")) {
      assertThat(call(provider, at("echo")))
          .isEqualTo(new Outcome.Success(Payload.ofJson("{\"n\":7}")));
      assertThat(call(provider, at("fail")))
          .isInstanceOfSatisfying(
              Outcome.FunctionError.class,
              error -> assertThat(error.detail()).contains("no such picture"));
      assertThat(call(provider, at("echo").guardedBy(() -> false)))
          .isInstanceOf(Outcome.NotSent.class);
    }
  }

  @Test
  void callsOnlyWhatTheOperatorListed() throws Exception {
    try (Provider provider = open("echo")) {
      assertThat(call(provider, at("unlisted")))
          .isInstanceOfSatisfying(
              Outcome.FunctionError.class,
              error -> {
                assertThat(error.detail()).contains("[echo]");
                assertThat(error.retryable()).isFalse();
              });
    }
    assertThatThrownBy(() -> open("missing"))
        .hasMessageContaining("local.functions: 'missing'")
        .hasMessageContaining("[echo, fail, sleep, unlisted]");
  }

  /** Rule 13: it was told to end, which is no proof that it has. */
  @Test
  void interruptsAFunctionThatOutlivesItsTime() throws Exception {
    try (Provider provider = open("sleep")) {
      assertThat(call(provider, at("sleep").within(Duration.ofMillis(50))))
          .isEqualTo(new Outcome.TimedOut(true));
      assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void runsNoMoreAtOnceThanANodeCanBear() throws Exception {
    try (Provider provider = open("sleep")) {
      for (int i = 0; i < 32; i++) {
        CompletableFuture<Outcome> unused = provider.call(at("sleep").call());
      }
      assertThat(call(provider, at("sleep")))
          .isEqualTo(Outcome.Throttled.byUs(Duration.ofSeconds(1)));
    }
  }

  private Provider open(String... listed) {
    return LocalProviderFactory.open(
        present, new ProviderSettings(List.of(), "", new TreeMap<>(), List.of(listed)));
  }

  private static Calls at(String function) {
    return Calls.at("local", Map.of()).to(Map.of("function", function));
  }

  private static Outcome call(Provider provider, Calls calls) throws Exception {
    return provider.call(calls.call()).get(10, TimeUnit.SECONDS);
  }
}
