package io.corale.gossip.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.sim.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever comes is refused, counted and without effect, but for what was sealed and comes first.
 * {@code -DfuzzInputs=10000000} tries as many.
 */
class SealFuzzTest {
  private static final int INPUTS = Integer.getInteger("fuzzInputs", 200_000);
  private static final int RECORDED = 64;
  private static final ClusterName CORALE = new ClusterName("corale");

  /** What a stranger has: all that was ever sent, and a clock. */
  private static final class Stranger {
    private final RandomGenerator chance;
    private final List<byte[]> recorded = new ArrayList<>();

    Stranger(long seed) {
      chance = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    byte[] draw() {
      byte[] datagram = any().clone();
      return switch (chance.nextInt(8)) {
        case 0 -> noise(chance.nextInt(Seal.MAX_DATAGRAM_BYTES + 200));
        case 1 -> noiseBehindAHeader(datagram);
        case 2 -> any();
        case 3 -> Arrays.copyOf(datagram, chance.nextInt(datagram.length + 1));
        case 4 -> Arrays.copyOf(datagram, datagram.length + 1 + chance.nextInt(2_000));
        case 5 -> spliced(datagram, any());
        default -> changed(datagram);
      };
    }

    private byte[] any() {
      return recorded.get(chance.nextInt(recorded.size()));
    }

    private byte[] noise(int length) {
      byte[] noise = new byte[length];
      chance.nextBytes(noise);
      if (length > 0 && chance.nextBoolean()) {
        noise[0] = (byte) (chance.nextBoolean() ? 0xC0 : 0xC1);
      }
      return noise;
    }

    private byte[] noiseBehindAHeader(byte[] datagram) {
      byte[] noise = noise(chance.nextInt(200));
      int kept = chance.nextInt(Math.min(noise.length, datagram.length) + 1);
      System.arraycopy(datagram, 0, noise, 0, kept);
      return noise;
    }

    /** The header of one with the rest of another. */
    private byte[] spliced(byte[] head, byte[] tail) {
      byte[] both = tail.clone();
      System.arraycopy(head, 0, both, 0, Math.min(Header.bytes(head), both.length));
      return both;
    }

    private byte[] changed(byte[] datagram) {
      for (int i = chance.nextInt(1, 5); i > 0; i--) {
        datagram[chance.nextInt(datagram.length)] = (byte) chance.nextInt(256);
      }
      return datagram;
    }
  }

  @Seeds(1)
  @Timeout(900)
  void nothingThatAStrangerSendsIsHeardOrDoesHarm(long seed) {
    Stranger stranger = new Stranger(seed);
    AesSeal receiver = seal("receiver", 1);
    PlainTextSeal plain = new PlainTextSeal(CORALE, new Incarnation(new NodeId("plain"), 1));
    List<AesSeal> senders = List.of(seal("n1", 1), seal("n2", 1), seal("n3", 2));
    for (int i = 0; i < RECORDED; i++) {
      byte[] sent = senders.get(i % 3).seal(new byte[stranger.chance.nextInt(200)]);
      stranger.recorded.add(sent);
      if (i % 2 == 0) {
        receiver.open(
            sent); // The others are on their way still: what is made of them is no replay.
      }
    }
    long before = refused(receiver);

    for (int i = 0; i < INPUTS; i++) {
      byte[] input = stranger.draw();
      while (isOnItsWay(stranger, input)) {
        input = stranger.draw();
      }
      assertThat(receiver.open(input)).isInstanceOf(Opened.Refused.class);
      plain.open(input);
    }

    assertThat(refused(receiver) - before).isEqualTo(INPUTS);
    assertThat(receiver.refused(Refusal.FORGED))
        .as("came as far as the tag")
        .isGreaterThan(INPUTS / 8);
    assertThat(Refusal.values())
        .filteredOn(why -> receiver.refused(why) == 0)
        .as("reasons that no input met")
        .isSubsetOf(
            EnumSet.of(Refusal.SEALED, Refusal.OTHER_CLUSTER, Refusal.OWN, Refusal.TOO_OLD));
    for (int i = 1; i < RECORDED; i += 2) {
      if (i % 3 != 2) {
        assertThat(receiver.open(stranger.recorded.get(i)))
            .as("an honest node is heard still")
            .isInstanceOf(Opened.Message.class);
      }
    }
  }

  /** It would be heard, and rightly. */
  private static boolean isOnItsWay(Stranger stranger, byte[] input) {
    for (int i = 1; i < RECORDED; i += 2) {
      if (Arrays.equals(stranger.recorded.get(i), input)) {
        return true;
      }
    }
    return false;
  }

  private static long refused(Seal seal) {
    return Arrays.stream(Refusal.values()).mapToLong(seal::refused).sum();
  }

  private static AesSeal seal(String node, int... keys) {
    List<ClusterKey> ring = Arrays.stream(keys).mapToObj(SealFuzzTest::clusterKey).toList();
    return new AesSeal(CORALE, new Incarnation(new NodeId(node), 1), new KeyRing(ring));
  }

  private static ClusterKey clusterKey(int number) {
    byte[] secret = new byte[ClusterKey.BYTES];
    secret[0] = (byte) number;
    return new ClusterKey(secret);
  }
}
