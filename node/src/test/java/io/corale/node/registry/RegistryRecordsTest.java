package io.corale.node.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.Limit;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.wire.Znodes;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who cannot read all of a record must not take it for less than it is. */
class RegistryRecordsTest {
  @Test
  void anAccountIsWrittenSoThatWhoKnowsNoLimitsCannotReadThem()
      throws InvalidProtocolBufferException {
    Account plain = account(List.of());
    Account rated = account(List.of(new Limit.Rate(600, Limit.Window.MINUTE)));

    assertThat(version(RegistryRecords.account(plain))).isEqualTo(1);
    assertThat(version(RegistryRecords.account(rated))).isEqualTo(2);
    assertThat(RegistryRecords.account("/a", RegistryRecords.account(plain))).isEqualTo(plain);
    assertThat(RegistryRecords.account("/a", RegistryRecords.account(rated))).isEqualTo(rated);
  }

  @Test
  void anAccountOfAVersionToComeIsRefusedByName() {
    ByteString record = Znodes.AccountRecord.newBuilder().setVersion(3).build().toByteString();

    assertThatThrownBy(() -> RegistryRecords.account("/a", record))
        .isInstanceOf(UnknownRecordException.class)
        .hasMessage("record /a has version 3, which this node cannot read");
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
}
