package io.corale.node.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetRulesTest {
  private static final TargetRules NOTHING_LISTED = TargetRules.of(List.of());

  @ParameterizedTest
  @ValueSource(strings = {"93.184.216.34", "8.8.8.8", "2606:2800:220:1::1"})
  void allowsPublicAddresses(String address) throws UnknownHostException {
    assertThat(allows(NOTHING_LISTED, address)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.7.7",
        "169.254.169.254",
        "100.64.0.1",
        "198.18.0.1",
        "192.0.2.2",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2001::1",
        "2001:db8::1",
        "2002:a00:1::"
      })
  void refusesWhatIsNotPublicUnlessTheOperatorListsIt(String address) throws UnknownHostException {
    assertThat(allows(NOTHING_LISTED, address)).isFalse();
  }

  @Test
  void allowsWhatTheOperatorListsByNameAddressOrBlock() throws UnknownHostException {
    TargetRules rules =
        TargetRules.of(List.of("Functions.Local", "10.0.0.0/9", "192.168.1.5", "::1"));

    assertThat(rules.allow("functions.local", InetAddress.getByName("172.16.0.1"))).isTrue();
    assertThat(allows(rules, "10.127.255.255")).isTrue();
    assertThat(allows(rules, "10.128.0.0")).isFalse();
    assertThat(allows(rules, "192.168.1.5")).isTrue();
    assertThat(allows(rules, "192.168.1.6")).isFalse();
    assertThat(allows(rules, "::1")).isTrue();
    assertThat(allows(rules, "127.0.0.1")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "1.2.3.4.5", "::1/129"})
  void namesAnEntryThatCannotBeRead(String entry) {
    assertThatThrownBy(() -> TargetRules.of(List.of(entry)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http.privateTargets")
        .hasMessageContaining(entry);
  }

  private static boolean allows(TargetRules rules, String address) throws UnknownHostException {
    return rules.allow("some.example", InetAddress.getByName(address));
  }
}
