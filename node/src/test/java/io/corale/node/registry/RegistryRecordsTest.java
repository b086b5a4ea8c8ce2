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
import io.corale.wire.Encode;
import io.corale.wire.Znodes;
import java.time.Instant;
import java.util.ArrayList;
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

  /** Who refused it would hear nothing of its owner any more, as all accounts are read or none. */
  @Test
  void whatABuildToComeTakesToBeInForceIs() throws InvalidProtocolBufferException {
    Registration found = Registration.of(asking("https://far/limits")).found(FOUND);
    Account less =
        found.inForce().withScopes(List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 2)));
    ByteString otherwise =
        Znodes.AccountRecord.parseFrom(RegistryRecords.account(found)).toBuilder()
            .setAccount(Encode.account(less.withVersion(7)))
            .build()
            .toByteString();

    Registration read = RegistryRecords.account("/a", otherwise);
    assertThat(read.inForce()).isEqualTo(less.withVersion(7));
    assertThat(read.version()).isEqualTo(7);
    assertThat(read.declared()).isEqualTo(found.declared());
    assertThat(RegistryRecords.account("/a", RegistryRecords.account(read)).inForce())
        .as("written again")
        .isEqualTo(read.inForce());
    assertThat(read.found(FOUND).inForce())
        .as("of what comes later this build says what follows")
        .isEqualTo(found.inForce().withVersion(8));
  }

  @Test
  void whatWasFoundOutForAnAccountThatDoesNotAskIsPassedOver()
      throws InvalidProtocolBufferException {
    Registration found = Registration.of(asking("https://far/limits")).found(FOUND);
    ByteString torn =
        Znodes.AccountRecord.parseFrom(RegistryRecords.account(found)).toBuilder()
            .clearDeclared()
            .build()
            .toByteString();

    assertThat(RegistryRecords.account("/a", torn)).isEqualTo(Registration.of(found.inForce()));
  }

  @Test
  void oneAccountIsNotDeclaredAsAnother() throws InvalidProtocolBufferException {
    ByteString record = RegistryRecords.account(Registration.of(asking("https://far/limits")));
    Znodes.AccountRecord.Builder torn = Znodes.AccountRecord.parseFrom(record).toBuilder();
    torn.getDeclaredBuilder().setId("dear");

    assertThatThrownBy(() -> RegistryRecords.account("/a", torn.build().toByteString()))
        .isInstanceOf(UnknownRecordException.class)
        .hasMessageContaining("has account 'cheap', and declares account 'dear'");
  }

  /** The numbers of docs/providers.md. */
  @Test
  void howManyOfTheLargestScopesFitWithAllThatIsKnownOfThem() {
    assertThat(RegistryRecords.account(large(500)).size())
        .isLessThan(ZooKeeperSession.MAX_RECORD_BYTES);
    assertThat(RegistryRecords.account(large(1_000)).size())
        .isGreaterThan(ZooKeeperSession.MAX_RECORD_BYTES);
    assertThat(RegistryRecords.account(Registration.of(large(1_000).inForce())).size())
        .as("where its provider is not asked")
        .isLessThan(ZooKeeperSession.MAX_RECORD_BYTES);
  }

  private static Registration large(int many) {
    String parent = "p".repeat(63);
    List<Limit> rates = List.of(new Limit.Rate(600_000, Limit.Window.MINUTE));
    List<ScopeLimit> scopes = new ArrayList<>();
    scopes.add(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 1_000_000));
    scopes.add(new ScopeLimit(parent, Optional.of(ScopeLimit.ROOT), 1_000_000));
    List<Allowance> allowances = new ArrayList<>();
    for (int i = 2; i < many; i++) {
      String name = "s".repeat(59) + (1_000 + i);
      scopes.add(new ScopeLimit(name, Optional.of(parent), 1_000_000, rates));
      allowances.add(
          new Allowance(
              name,
              OptionalInt.of(900_000),
              List.of(new Limit.Rate(500_000, Limit.Window.MINUTE))));
    }
    return Registration.of(asking("https://far/limits").withScopes(scopes))
        .found(new Discovered(allowances, Instant.ofEpochMilli(1)));
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
