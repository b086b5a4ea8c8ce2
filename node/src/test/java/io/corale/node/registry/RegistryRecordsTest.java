package io.corale.node.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Allowance;
import io.corale.model.Discovered;
import io.corale.model.Limit;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.model.Terms;
import io.corale.wire.Znodes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who cannot read all of a record must not take it for less than it is. */
class RegistryRecordsTest {
  private static final Discovered FOUND =
      new Discovered(
          List.of(
              new Allowance(
                  ScopeLimit.ROOT,
                  OptionalInt.of(3),
                  List.of(new Limit.Rate(60, Limit.Window.MINUTE)))),
          Instant.ofEpochMilli(1_764_000_000_123L));

  @Test
  void anAccountIsWrittenSoThatWhoKnowsNoLimitsCannotReadThem()
      throws InvalidProtocolBufferException {
    Registration plain = Registration.of(account(List.of()));
    Registration rated =
        Registration.of(account(List.of(new Limit.Rate(600, Limit.Window.MINUTE))));

    assertThat(version(RegistryRecords.account(plain))).isEqualTo(1);
    assertThat(version(RegistryRecords.account(rated))).isEqualTo(2);
    assertThat(RegistryRecords.account("/a", RegistryRecords.account(plain))).isEqualTo(plain);
    assertThat(RegistryRecords.account("/a", RegistryRecords.account(rated))).isEqualTo(rated);
  }

  @Test
  void whoDoesNotAskReadsOfAnAccountWhoseProviderIsAskedWhatIsInForce()
      throws InvalidProtocolBufferException {
    Registration asking = Registration.of(asking("https://far/limits"));
    Registration found = asking.found(FOUND);

    assertThat(RegistryRecords.account("/a", RegistryRecords.account(asking))).isEqualTo(asking);
    assertThat(RegistryRecords.account("/a", RegistryRecords.account(found))).isEqualTo(found);
    assertThat(version(RegistryRecords.account(asking))).isEqualTo(1);
    assertThat(RegistryRecords.account("/a", asOlderBuildsKnowIt(RegistryRecords.account(asking))))
        .isEqualTo(Registration.of(asking.inForce()));
    assertThat(version(RegistryRecords.account(found))).as("it has a rate").isEqualTo(2);
    assertThat(RegistryRecords.account("/a", asOlderBuildsKnowIt(RegistryRecords.account(found))))
        .isEqualTo(Registration.of(found.inForce()));
  }

  /** They pass over what they do not know, and put the rest. */
  private static ByteString asOlderBuildsKnowIt(ByteString record)
      throws InvalidProtocolBufferException {
    Znodes.AccountRecord all = Znodes.AccountRecord.parseFrom(record);
    return Znodes.AccountRecord.newBuilder()
        .setVersion(all.getVersion())
        .setAccount(all.getAccount())
        .build()
        .toByteString();
  }

  @Test
  void aRateThatWasFoundOutIsReadFromNoRecordThatMayNotHaveIt()
      throws InvalidProtocolBufferException {
    ByteString found =
        RegistryRecords.account(Registration.of(asking("https://far/limits")).found(FOUND));
    ByteString older =
        Znodes.AccountRecord.parseFrom(found).toBuilder().setVersion(1).build().toByteString();

    assertThatThrownBy(() -> RegistryRecords.account("/a", older))
        .isInstanceOf(UnknownRecordException.class)
        .hasMessageContaining("has limits that version 1 of the record does not know");
  }

  @Test
  void anAccountThatDoesNotFollowFromWhatWasDeclaredIsNotGuessed()
      throws InvalidProtocolBufferException {
    ByteString found =
        RegistryRecords.account(Registration.of(asking("https://far/limits")).found(FOUND));
    ByteString torn =
        Znodes.AccountRecord.parseFrom(found).toBuilder()
            .clearAllowances()
            .build()
            .toByteString();

    assertThatThrownBy(() -> RegistryRecords.account("/a", torn))
        .isInstanceOf(UnknownRecordException.class)
        .hasMessageContaining("not what follows from what was declared");
  }

  @Test
  void anAccountOfAVersionToComeIsRefusedByName() {
    ByteString record = Znodes.AccountRecord.newBuilder().setVersion(3).build().toByteString();

    assertThatThrownBy(() -> RegistryRecords.account("/a", record))
        .isInstanceOf(UnknownRecordException.class)
        .hasMessage("record /a has version 3, which this node cannot read");
  }

  @Test
  void termsComeBackAsTheyWereEntered() {
    Terms terms = new Terms(7, 1, 2, 3, 4, new TreeMap<>(Map.of("ada", 5)));

    assertThat(RegistryRecords.terms("/t", RegistryRecords.terms(terms))).isEqualTo(terms);
  }

  @Test
  void termsOfAVersionToComeAreRefusedByName() {
    ByteString record = Znodes.TermsRecord.newBuilder().setVersion(2).build().toByteString();

    assertThatThrownBy(() -> RegistryRecords.terms("/t", record))
        .isInstanceOf(UnknownRecordException.class)
        .hasMessage("record /t has version 2, which this node cannot read");
  }

  private static int version(ByteString record) throws InvalidProtocolBufferException {
    return Znodes.AccountRecord.parseFrom(record).getVersion();
  }

  private static Account account(List<Limit> more) {
    return new Account(
        new AccountId("cheap"),
        "sim",
        1,
        Policy.LST_BL,
        new TreeMap<>(),
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 4, more)));
  }

  private static Account asking(String url) {
    return new Account(
        new AccountId("cheap"),
        "http",
        1,
        Policy.LST_BL,
        new TreeMap<>(Map.of(Account.LIMITS, url)),
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 4)));
  }
}
