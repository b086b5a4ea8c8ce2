package io.corale.deploy.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UsageTest {
  private final Usage usage = new Usage();

  @Test
  void refusesWhatWouldRunBesideAllThatMay() {
    Quota two = new Quota("shop", 2, Quota.UNLIMITED, Quota.UNLIMITED);
    usage.started(two, 0);
    usage.started(two, 0);

    assertThat(usage.refusal(two, 0)).contains("2 of the account run already");

    usage.ended();

    assertThat(usage.refusal(two, 0)).isEmpty();
  }

  @Test
  void countsStartsOfAnySecondAndOfAnyMinute() {
    Quota quota = new Quota("shop", Quota.UNLIMITED, 2, 3);
    usage.started(quota, nanos("PT0.9S"));
    usage.started(quota, nanos("PT1.1S"));

    assertThat(usage.refusal(quota, nanos("PT1.899999999S")))
        .contains("2 of the account started within a second");
    assertThat(usage.refusal(quota, nanos("PT1.9S"))).isEmpty();

    usage.started(quota, nanos("PT1.9S"));

    assertThat(usage.refusal(quota, nanos("PT1M0.8S")))
        .contains("3 of the account started within a minute");
    assertThat(usage.refusal(quota, nanos("PT1M0.9S"))).isEmpty();
  }

  private static long nanos(String time) {
    return Duration.parse(time).toNanos();
  }
}
