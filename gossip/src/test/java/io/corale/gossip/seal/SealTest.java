package io.corale.gossip.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a node opens was sealed by whom it names, for this cluster, and was never opened before. */
class SealTest {
  private static final ClusterName CORALE = new ClusterName("corale");
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);
  private static final ClusterKey OLD = key(1);
  private static final ClusterKey NEW = key(2);

  private final AesSeal one = seal("n1", 1, OLD);
  private final AesSeal two = seal("n2", 1, OLD);

  @Test
  void opensWhatAnotherNodeSealedAndSaysWhoItWas() {
    Opened opened = two.open(one.seal(HELLO));

    assertThat(opened).isInstanceOf(Opened.Message.class);
    assertThat(((Opened.Message) opened).payload()).isEqualTo(HELLO);
    assertThat(((Opened.Message) opened).sender()).isEqualTo(life("n1", 1));
    assertThat(two.open(one.seal(new byte[0]))).isInstanceOf(Opened.Message.class);
  }

  /** Computed from the description alone by another library (Python's cryptography 48). */
  @Test
  void theBytesAreThoseOfTheDescription() {
    byte[] secret = new byte[32];
    for (int i = 0; i < 32; i++) {
      secret[i] = (byte) i;
    }

    byte[] datagram = seal("n1", 1_800_000_000, new ClusterKey(secret)).seal(HELLO);

    assertThat(HexFormat.of().formatHex(datagram))
        .isEqualTo(
            "c15b029ccb0000000000000001000000006b49d200026e31"
                + "cd2d40613448d63915b5f2ce9f4ec236ff9b9be95d");
  }

  @Test
  void refusesADatagramOfWhichOneBitWasChanged() {
    byte[] datagram = one.seal(HELLO);
    Set<Refusal> reasons = new LinkedHashSet<>();
    for (int bit = 0; bit < 8 * datagram.length; bit++) {
      byte[] changed = datagram.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      Opened opened = two.open(changed);
      assertThat(opened).as("bit %s", bit).isInstanceOf(Opened.Refused.class);
      reasons.add(((Opened.Refused) opened).why());
    }

    assertThat(reasons)
        .contains(Refusal.UNKNOWN_FORM, Refusal.UNKNOWN_KEY, Refusal.NO_SENDER, Refusal.FORGED);
    assertThat(two.open(datagram)).isInstanceOf(Opened.Message.class);
  }

  @Test
  void refusesADatagramOfWhichAnEndIsMissingOrToWhichSomethingWasAdded() {
    byte[] datagram = one.seal(HELLO);
    for (int length = 0; length < datagram.length; length++) {
      assertThat(two.open(Arrays.copyOf(datagram, length)))
          .as("%s bytes", length)
          .isIn(refused(Refusal.TRUNCATED), refused(Refusal.FORGED));
    }

    assertThat(two.open(Arrays.copyOf(datagram, datagram.length + 1)))
        .isEqualTo(refused(Refusal.FORGED));
    assertThat(two.open(Arrays.copyOf(datagram, Seal.MAX_DATAGRAM_BYTES + 1)))
        .isEqualTo(refused(Refusal.OVERSIZED));
    assertThat(two.refused(Refusal.OVERSIZED)).isEqualTo(1);
    assertThat(two.refused(Refusal.TRUNCATED) + two.refused(Refusal.FORGED))
        .isEqualTo(datagram.length + 1);
  }

  @Test
  void refusesWhatWasSealedForAnotherClusterUnderTheSameKey() {
    AesSeal stranger = new AesSeal(new ClusterName("corale-test"), life("n1", 1), ring(OLD));

    assertThat(two.open(stranger.seal(HELLO))).isEqualTo(refused(Refusal.FORGED));
  }

  @Test
  void refusesWhatIsSealedUnderAKeyThatIsNotOnTheRing() {
    assertThat(two.open(seal("n1", 1, NEW).seal(HELLO))).isEqualTo(refused(Refusal.UNKNOWN_KEY));
  }

  /** Two nodes count alike, so under one key their nonces would be the same. */
  @Test
  void everyLifeOfEveryNodeInEveryClusterHasAKeyOfItsOwn() {
    Stream<byte[]> keys =
        Stream.of(
                OLD.of(CORALE, life("n1", 1)),
                OLD.of(CORALE, life("n1", 2)),
                OLD.of(CORALE, life("n2", 1)),
                OLD.of(new ClusterName("coralen"), life("1", 1)),
                OLD.of(new ClusterName("coral"), life("n1", 1)),
                NEW.of(CORALE, life("n1", 1)))
            .map(key -> key.getEncoded());

    assertThat(keys.map(HexFormat.of()::formatHex)).doesNotHaveDuplicates();
  }

  @Test
  void opensEachDatagramOnceInWhateverOrder() {
    List<byte[]> sent = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      sent.add(one.seal(HELLO));
    }
    for (int i = 99; i >= 0; i--) {
      assertThat(two.open(sent.get(i))).isInstanceOf(Opened.Message.class);
    }

    assertThat(sent).allSatisfy(d -> assertThat(two.open(d)).isEqualTo(refused(Refusal.REPLAYED)));
  }

  @Test
  void refusesWhatIsOlderThanItRemembers() {
    byte[] late = one.seal(HELLO);
    for (int i = 0; i < ReplayWindow.SIZE; i++) {
      two.open(one.seal(HELLO));
    }

    assertThat(two.open(late)).isEqualTo(refused(Refusal.TOO_OLD));
  }

  @Test
  void refusesWhatItSaidItself() {
    assertThat(one.open(one.seal(HELLO))).isEqualTo(refused(Refusal.OWN));
  }

  @Test
  void aRestartedNodeCountsAnew() {
    two.open(one.seal(HELLO));

    assertThat(two.open(seal("n1", 2, OLD).seal(HELLO))).isInstanceOf(Opened.Message.class);
  }

  @Test
  void aKeyIsReplacedWithoutLosingAMessage() {
    List<KeyRing> steps = List.of(ring(OLD), ring(OLD, NEW), ring(NEW, OLD), ring(NEW));
    for (int step = 1; step < steps.size(); step++) {
      one.rotate(steps.get(step));
      assertThat(two.open(one.seal(HELLO))).isInstanceOf(Opened.Message.class);
      assertThat(one.open(two.seal(HELLO))).isInstanceOf(Opened.Message.class);
      two.rotate(steps.get(step));
      assertThat(two.open(one.seal(HELLO))).isInstanceOf(Opened.Message.class);
      assertThat(one.open(two.seal(HELLO))).isInstanceOf(Opened.Message.class);
    }

    assertThat(two.open(seal("n3", 1, OLD).seal(HELLO))).isEqualTo(refused(Refusal.UNKNOWN_KEY));
  }

  /** Its nonces go on under the new key, so that what was opened stays opened. */
  @Test
  void aRotationForgetsNothing() {
    byte[] before = one.seal(HELLO);
    two.open(before);
    one.rotate(ring(NEW, OLD));
    two.rotate(ring(NEW, OLD));
    two.open(one.seal(HELLO));

    assertThat(two.open(before)).isEqualTo(refused(Refusal.REPLAYED));
  }

  @Test
  void plainTextAndSealedNodesDoNotHearEachOther() {
    PlainTextSeal plain = new PlainTextSeal(CORALE, life("p1", 1));

    assertThat(two.open(plain.seal(HELLO))).isEqualTo(refused(Refusal.PLAIN_TEXT));
    assertThat(plain.open(one.seal(HELLO))).isEqualTo(refused(Refusal.SEALED));
    assertThat(plain.refused(Refusal.SEALED)).isEqualTo(1);
  }

  @Test
  void plainTextNodesOfOneClusterHearEachOther() {
    PlainTextSeal plain = new PlainTextSeal(CORALE, life("p1", 1));
    PlainTextSeal other = new PlainTextSeal(CORALE, life("p2", 1));
    PlainTextSeal stranger = new PlainTextSeal(new ClusterName("reef"), life("p3", 1));
    byte[] datagram = other.seal(HELLO);

    Opened opened = plain.open(datagram);

    assertThat(((Opened.Message) opened).payload()).isEqualTo(HELLO);
    assertThat(((Opened.Message) opened).sender()).isEqualTo(life("p2", 1));
    assertThat(plain.open(datagram)).isEqualTo(refused(Refusal.REPLAYED));
    assertThat(plain.open(stranger.seal(HELLO))).isEqualTo(refused(Refusal.OTHER_CLUSTER));
    assertThat(plain.open(plain.seal(HELLO))).isEqualTo(refused(Refusal.OWN));
  }

  @Test
  void sealsTheLongestPayloadAndNoLonger() {
    for (Seal from : List.of(one, new PlainTextSeal(CORALE, life("p1", 1)))) {
      byte[] longest = new byte[from.maxPayloadBytes()];

      assertThat(from.seal(longest)).hasSize(Seal.MAX_DATAGRAM_BYTES);
      assertThatThrownBy(() -> from.seal(new byte[longest.length + 1]))
          .hasMessageContaining("expected at most " + longest.length);
    }
    assertThat(two.open(one.seal(new byte[one.maxPayloadBytes()])))
        .isInstanceOf(Opened.Message.class);
  }

  @Test
  void sealsNothingMoreWhenItsNumbersAreUsedUp() {
    SentCounter nearEnd = new SentCounter(SentCounter.END - 1);
    AesSeal old = new AesSeal(CORALE, life("n1", 1), ring(OLD), nearEnd, new Senders(1));

    assertThat(two.open(old.seal(HELLO))).isInstanceOf(Opened.Message.class);
    assertThatThrownBy(() -> old.seal(HELLO)).hasMessageContaining("restart");
    assertThatThrownBy(() -> old.seal(HELLO)).hasMessageContaining("restart");
  }

  @Test
  void ofTooManySendersTheOneWhoWasSilentLongestIsForgotten() {
    Senders senders = new Senders(2);
    AesSeal small = new AesSeal(CORALE, life("n2", 1), ring(OLD), new SentCounter(0), senders);
    byte[] first = one.seal(HELLO);
    AesSeal three = seal("n3", 1, OLD);
    byte[] second = three.seal(HELLO);
    small.open(first);
    small.open(second);
    small.open(one.seal(HELLO));

    small.open(seal("n4", 1, OLD).seal(HELLO));

    assertThat(senders.size()).isEqualTo(2);
    assertThat(small.open(first)).isEqualTo(refused(Refusal.REPLAYED));
    assertThat(small.open(second)).as("forgotten").isInstanceOf(Opened.Message.class);
  }

  /** Without a key nobody can have a sender forgotten, to replay what it said. */
  @Test
  void whoHasNoKeyHasNobodyForgottenAndLeavesNothingBehind() {
    Senders senders = new Senders(2);
    AesSeal small = new AesSeal(CORALE, life("n2", 1), ring(OLD), new SentCounter(0), senders);
    byte[] first = one.seal(HELLO);
    small.open(first);
    for (int i = 0; i < 10; i++) {
      byte[] forged = seal("x" + i, 1, OLD).seal(HELLO);
      forged[forged.length - 1]++;
      assertThat(small.open(forged)).isEqualTo(refused(Refusal.FORGED));
    }

    assertThat(senders.size()).isEqualTo(1);
    assertThat(small.open(first)).isEqualTo(refused(Refusal.REPLAYED));
  }

  /** Else a forged number far ahead would make all that follows too old. */
  @Test
  void aForgedNumberMovesNoWindow() {
    byte[] forged =
        new AesSeal(
                CORALE,
                life("n1", 1),
                ring(OLD),
                new SentCounter(SentCounter.END - 1),
                new Senders(1))
            .seal(HELLO);
    forged[forged.length - 1]++;
    two.open(one.seal(HELLO));

    two.open(forged);

    assertThat(two.open(one.seal(HELLO))).isInstanceOf(Opened.Message.class);
  }

  @Test
  void refusesASenderThatNoNodeCanBe() {
    byte[] datagram = one.seal(HELLO);
    for (byte[] bad :
        List.of(
            with(datagram, 5, new byte[8]), // counter 0
            with(datagram, 5, HexFormat.of().parseHex("0000010000000001")), // beyond the end
            with(datagram, 5, HexFormat.of().parseHex("ffffffffffffffff")),
            with(datagram, 13, new byte[8]), // boot 0
            with(datagram, 21, new byte[1]), // no name
            with(datagram, 22, new byte[] {'N'}),
            with(Arrays.copyOf(datagram, 200), 21, new byte[] {64}))) {
      assertThat(two.open(bad)).isEqualTo(refused(Refusal.NO_SENDER));
    }
  }

  private static byte[] with(byte[] datagram, int at, byte[] bytes) {
    byte[] changed = datagram.clone();
    System.arraycopy(bytes, 0, changed, at, bytes.length);
    return changed;
  }

  @Test
  void aClusterNameHasAByteForItsLength() {
    assertThatThrownBy(() -> new ClusterName("")).hasMessageContaining("1 to 255 bytes, has 0");
    assertThatThrownBy(() -> new ClusterName("é".repeat(128))).hasMessageContaining("has 256");
  }

  private static Opened refused(Refusal why) {
    return new Opened.Refused(why);
  }

  private static AesSeal seal(String node, long boot, ClusterKey... keys) {
    return new AesSeal(CORALE, life(node, boot), ring(keys));
  }

  private static KeyRing ring(ClusterKey... keys) {
    return new KeyRing(List.of(keys));
  }

  private static Incarnation life(String node, long boot) {
    return new Incarnation(new NodeId(node), boot);
  }

  private static ClusterKey key(int number) {
    byte[] secret = new byte[ClusterKey.BYTES];
    secret[0] = (byte) number;
    return new ClusterKey(secret);
  }
}
