package io.corale.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CompositionRef;
import io.corale.model.Ending;
import io.corale.model.Incarnation;
import io.corale.model.Limit;
import io.corale.model.NodeId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.Problem;
import io.corale.model.Refusal;
import io.corale.model.Right;
import io.corale.model.ScopeLimit;
import io.corale.model.ServiceClass;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecTest {
  @Test
  void anAccountComesBackAsItLeft() throws InvalidProtocolBufferException {
    TreeMap<String, String> settings = new TreeMap<>();
    settings.put("url", "http://localhost:9000");
    settings.put("latency", "PT0.1S");
    Account account =
        new Account(
            new AccountId("cheap"),
            "http",
            7,
            Policy.LST_BL,
            settings,
            List.of(
                new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 8),
                new ScopeLimit("label", Optional.of(ScopeLimit.ROOT), 4)));

    byte[] bytes = Encode.account(account).toByteArray();

    assertThat(Decode.account(Common.Account.parseFrom(bytes))).isEqualTo(account);
  }

  @Test
  void everyLimitComesBackAsItLeft() {
    ScopeLimit scope =
        new ScopeLimit(
            ScopeLimit.ROOT,
            Optional.empty(),
            1_000_000,
            List.of(
                new Limit.Rate(100, Limit.Window.SECOND),
                new Limit.Rate(1_000_000, Limit.Window.MINUTE),
                new Limit.Ramp(1_000, 500, Duration.ofMinutes(1)),
                new Limit.Learned(4)));

    assertThat(Decode.scope(Encode.scope(scope))).isEqualTo(scope);
  }

  @Test
  void aBadLimitIsRefusedByItsPlace() {
    Common.Limit.Rate rate =
        Common.Limit.Rate.newBuilder()
            .setStarts(1)
            .setWindow(Common.Limit.Rate.Window.SECOND)
            .build();
    Common.Limit second = Common.Limit.newBuilder().setRate(rate).build();
    Common.Limit.Ramp ramp =
        Common.Limit.Ramp.newBuilder().setFrom(1).setStep(1).setIntervalMillis(1_000).build();

    assertRefused(
        "account: scopes[0]: scope 'account' has a rate per second twice", second, second);
    assertRefused(
        "account: scopes[0]: more has 5 limits: at most 4", second, second, second, second, second);
    assertRefused(
        "scopes[0]: more[1]: limit is of no kind known here: expected rate, ramp or learned",
        second,
        Common.Limit.getDefaultInstance());
    assertRefused(
        "scopes[0]: more[0]: window has the value 7, unknown to this version: expected one of"
            + " [SECOND, MINUTE]",
        Common.Limit.newBuilder().setRate(rate.toBuilder().setWindowValue(7)).build());
    assertRefused(
        "scopes[0]: more[0]: rate must be from 1 to 1000000, was 4294967295",
        Common.Limit.newBuilder().setRate(rate.toBuilder().setStarts(-1)).build());
    assertRefused(
        "scopes[0]: more[0]: step of a ramp must be from 1 to 1000000, was 0",
        Common.Limit.newBuilder().setRamp(ramp.toBuilder().setStep(0)).build());
    assertRefused(
        "scopes[0]: more[0]: interval of a ramp must be whole milliseconds from PT0.1S to PT1H,"
            + " was PT0.099S",
        Common.Limit.newBuilder().setRamp(ramp.toBuilder().setIntervalMillis(99)).build());
    assertRefused(
        "scopes[0]: more[0]: interval_millis is above 3600000",
        Common.Limit.newBuilder().setRamp(ramp.toBuilder().setIntervalMillis(-1)).build());
    assertRefused(
        "scopes[0]: more[0]: first number of a learned limit must be from 1 to 1000000, was 0",
        Common.Limit.newBuilder().setLearned(Common.Limit.Learned.getDefaultInstance()).build());
  }

  private static void assertRefused(String words, Common.Limit... more) {
    Common.Account account =
        Common.Account.newBuilder()
            .setId("cheap")
            .setProvider("sim")
            .setPolicy(Common.Policy.FIFO)
            .addScopes(
                Common.ScopeLimit.newBuilder()
                    .setScope("account")
                    .setConcurrency(1)
                    .addAllMore(List.of(more)))
            .build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Decode.account(account))
        .withMessageContaining(words);
  }

  @Test
  void everyEndingComesBackAsItLeft() {
    List<Ending> endings =
        List.of(
            new Ending.Completed(Payload.ofJson("{\"a\":1}")),
            new Ending.Faulted(Problem.timeout("after 5 s", "/do/0/fetch")),
            new Ending.Cancelled("no longer needed"),
            new Ending.Cancelled(""));

    assertThat(endings).allSatisfy(e -> assertThat(Decode.ending(Encode.ending(e))).isEqualTo(e));
  }

  @ParameterizedTest
  @EnumSource(Refusal.Code.class)
  void everyRefusalComesBackAsItLeft(Refusal.Code code) {
    Refusal refusal = Refusal.later(code, "why", Duration.ofMillis(250));

    assertThat(Decode.refusal(Encode.refusal(refusal))).isEqualTo(refusal);
  }

  @Test
  void smallValuesComeBackAsTheyLeft() {
    CompositionRef ref = new CompositionRef("album", "1.2.3-rc.1");
    Incarnation incarnation = new Incarnation(new NodeId("n1"), 3);

    assertThat(Decode.composition(Encode.composition(ref))).isEqualTo(ref);
    assertThat(Decode.incarnation(Encode.incarnation(incarnation))).isEqualTo(incarnation);
    for (ServiceClass each : ServiceClass.values()) {
      assertThat(Decode.serviceClass(Encode.serviceClass(each).getNumber())).isEqualTo(each);
    }
    for (Right each : Right.values()) {
      assertThat(Decode.right(Encode.right(each).getNumber())).isEqualTo(each);
    }
    for (Policy each : Policy.values()) {
      assertThat(Decode.policy("policy", Encode.policy(each).getNumber())).isEqualTo(each);
    }
  }

  @Test
  void anUnknownEnumValueIsRefusedByName() {
    Common.Account account =
        Common.Account.newBuilder()
            .setId("cheap")
            .setProvider("sim")
            .setPolicyValue(9)
            .addScopes(Common.ScopeLimit.newBuilder().setScope("account").setConcurrency(1))
            .build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Decode.account(account))
        .withMessage(
            "account: policy has the value 9, unknown to this version: expected one of"
                + " [FIFO, EDF, LST_BL]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Decode.serviceClass(0))
        .withMessageContaining("service_class has the value 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Decode.refusal(Common.Refusal.newBuilder().setCodeValue(77).build()))
        .withMessageContaining("refusal.code has the value 77");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Decode.rights(List.of(1, 12)))
        .withMessageContaining("rights has the value 12");
  }

  /** Rule 33: references stand in logs only, so nobody can ask for one. */
  @Test
  void aReferenceToAPayloadIsRefused() {
    Common.Payload reference =
        Common.Payload.newBuilder()
            .setReference(Common.Payload.Reference.newBuilder().setSizeBytes(40_000))
            .build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Decode.payload(reference))
        .withMessage("payload.reference stands in logs only: expected inline");
  }

  @Test
  void aBadFieldIsNamed() {
    Common.Account limitOfZero =
        Common.Account.newBuilder()
            .setId("cheap")
            .setProvider("sim")
            .setPolicy(Common.Policy.FIFO)
            .addScopes(Common.ScopeLimit.newBuilder().setScope("account").setConcurrency(1))
            .addScopes(
                Common.ScopeLimit.newBuilder().setScope("f").setParent("account").setConcurrency(0))
            .build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Decode.account(limitOfZero))
        .withMessage("account: scopes[1]: limit of scope 'f' must be from 1 to 1000000, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Decode.incarnation(Common.Incarnation.newBuilder().setNode("n").build()))
        .withMessage("incarnation: boot must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Decode.ending(Common.Ending.getDefaultInstance()))
        .withMessageContaining("ending is of no kind known here");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Decode.payload(Common.Payload.getDefaultInstance()))
        .withMessageContaining("payload has no content of a kind known here");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Decode.refusal(
                    Common.Refusal.newBuilder().setCodeValue(1).setRetryAfterMillis(-1).build()))
        .withMessageContaining("refusal.retry_after_millis is above");
  }
}
