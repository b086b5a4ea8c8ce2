package io.corale.wire.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceptionTest {
  private static final Incarnation N1 = new Incarnation(new NodeId("n1"), 4);
  private static final Incarnation N2 = new Incarnation(new NodeId("n2"), 1);

  private final Reception reception = Reception.of(N1, "blue", "secret", "0.1");

  @Test
  void aClientThatTakesAnyClusterIsLetIn() {
    Reception.Decision decision = reception.receive(Introduction.ofClient("cli", "0.1").hello());

    assertThat(decision).isInstanceOf(Reception.Decision.LetIn.class);
    Reception.Decision.LetIn in = (Reception.Decision.LetIn) decision;
    assertThat(in.guest().isNode()).isFalse();
    assertThat(in.welcome().getCluster()).isEqualTo("blue");
    assertThat(in.welcome().getNode().getNode()).isEqualTo("n1");
    assertThat(in.welcome().getProtocol()).isEqualTo(2);
  }

  @Test
  void aNodeWithTheKeyIsLetInAsANode() {
    Reception.Decision decision =
        reception.receive(Introduction.ofNode(N2, "blue", "secret", "0.1").hello());

    assertThat(((Reception.Decision.LetIn) decision).guest().node()).contains(N2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Secret", "secret ", "secre", "a much longer key than the real one"})
  void aNodeWithAnotherKeyIsTurnedAway(String key) {
    Door.HelloRefused refused = refused(Introduction.ofNode(N2, "blue", key, "0.1").hello());

    assertThat(refused.getRefusal().getCode()).isEqualTo(Common.Refusal.Code.UNAUTHENTICATED);
  }

  @Test
  void withoutAKeyNoNodeIsLetIn() {
    Reception open = Reception.of(N1, "blue", "", "0.1");

    assertThat(open.receive(Introduction.ofNode(N2, "blue", "", "0.1").hello()))
        .isInstanceOf(Reception.Decision.TurnedAway.class);
  }

  @Test
  void aNewerProtocolIsRefusedWithBothRanges() {
    Introduction newer =
        new Introduction(new ProtocolRange(3, 4), "", Optional.empty(), "cli", "0.9", "");

    Door.HelloRefused refused = refused(newer.hello());

    assertThat(refused.getRefusal().getCode()).isEqualTo(Common.Refusal.Code.INCOMPATIBLE);
    assertThat(refused.getRefusal().getMessage())
        .contains("you speak protocol 3 to 4")
        .contains("speaks 1 to 2");
    assertThat(refused.getProtocolMin()).isEqualTo(1);
    assertThat(refused.getProtocolMax()).isEqualTo(2);
  }

  @Test
  void anotherClusterIsRefusedByName() {
    Door.HelloRefused refused = refused(Introduction.ofNode(N2, "green", "secret", "0.1").hello());

    assertThat(refused.getRefusal().getMessage())
        .isEqualTo("you look for cluster 'green', this is 'blue'");
  }

  @Test
  void aNodeMustNameItsCluster() {
    assertThat(refused(Introduction.ofNode(N2, "", "secret", "0.1").hello()).getRefusal().getCode())
        .isEqualTo(Common.Refusal.Code.INCOMPATIBLE);
  }

  @Test
  void nonsenseIsRefusedByField() {
    Door.Hello noVersions = Door.Hello.newBuilder().setClient("cli").build();
    Door.Hello bootOfZero =
        Introduction.ofNode(N2, "blue", "secret", "0.1").hello().toBuilder()
            .setNode(Common.Incarnation.newBuilder().setNode("n2"))
            .build();
    Door.Hello longName =
        Introduction.ofClient("", "0.1").hello().toBuilder().setClient("x".repeat(65)).build();

    assertThat(refused(noVersions).getRefusal().getMessage()).contains("protocol range");
    assertThat(refused(bootOfZero).getRefusal().getMessage()).contains("incarnation: boot");
    assertThat(refused(longName).getRefusal().getMessage()).contains("hello.client");
  }

  @Test
  void theHighestSharedVersionIsChosen() {
    assertThat(new ProtocolRange(1, 3).highestShared(new ProtocolRange(2, 5))).hasValue(3);
    assertThat(new ProtocolRange(1, 1).highestShared(new ProtocolRange(2, 2))).isEmpty();
  }

  @Test
  void anAddressIsHostAndPort() {
    assertThat(Addresses.parse("localhost:7400").getPort()).isEqualTo(7400);
    assertThat(Addresses.parse("[::1]:7400").getHostString()).isEqualTo("::1");
    for (String bad : new String[] {"localhost", ":7400", "h:", "h:x", "h:70000", "::1:7400"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Addresses.parse(bad))
          .withMessageContaining("'" + bad + "' is not host:port");
    }
  }

  private Door.HelloRefused refused(Door.Hello hello) {
    Reception.Decision decision = reception.receive(hello);
    assertThat(decision).isInstanceOf(Reception.Decision.TurnedAway.class);
    return ((Reception.Decision.TurnedAway) decision).refused();
  }
}
