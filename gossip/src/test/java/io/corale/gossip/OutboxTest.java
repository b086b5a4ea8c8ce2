package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.sim.Chance;
import io.corale.wire.Gossips;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

final class OutboxTest {
  /** Else it would hold news for ever that it can tell nobody. */
  @Test
  void whatAnyNodeRelaysFitsIntoADatagramOfTheLongestName() {
    GossipSetup setup = setup("n".repeat(63));
    Outbox outbox = new Outbox(setup);
    Gossips.Entry entry = largest();

    outbox.spread(entry);
    outbox.sendNews("n1:1", 3, 0);
    List<Output> sent = outbox.drain();

    assertThat(entry.getSerializedSize()).isEqualTo(Shelf.MAX_CONTENT_BYTES + Shelf.FIELDS_BYTES);
    Gossips.Datagram datagram = ((Output.Send) sent.get(0)).datagram();
    assertThat(datagram.getEntriesList()).containsExactly(entry);
    assertThat(datagram.getSerializedSize()).isLessThanOrEqualTo(setup.payloadBytes());
  }

  @Test
  void countsByClassWhatWasToldWhatIsStillToBeAndWhatNeverWill() {
    Outbox outbox = new Outbox(setup("n1"));
    Gossips.Entry entry = Gossips.Entry.newBuilder().setWriter(1).setVersion(1).build();
    Gossips.Latest load =
        Gossips.Latest.newBuilder().setWriter(1).setKind(Gossips.Latest.Kind.LOAD).build();
    byte[] tooMuch = new byte[Shelf.MAX_CONTENT_BYTES + Shelf.FIELDS_BYTES];

    outbox.spread(entry);
    outbox.spread(load);
    outbox.spread(load.toBuilder().setWriter(2).setContent(ByteString.copyFrom(tooMuch)).build());
    outbox.sendNews("n2:1", 1, 0);

    SortedMap<String, SentVolume> volumes = outbox.volumes();
    long bytes = volumes.values().stream().mapToLong(SentVolume::bytes).sum();
    Output.Send sent = (Output.Send) outbox.drain().get(0);
    int overhead = setup("n1").overheadBytes();
    assertThat(volumes)
        .containsEntry(
            "entry", new SentVolume(1, entry.getSerializedSize() + Rumours.FIELD_BYTES, 1, 0));
    assertThat(volumes)
        .containsEntry(
            "load", new SentVolume(1, load.getSerializedSize() + Rumours.FIELD_BYTES, 1, 1));
    assertThat(volumes).containsEntry("verdict", new SentVolume(0, 0, 0, 0));
    assertThat(bytes).isEqualTo(sent.datagram().getSerializedSize() + overhead);
  }

  /** A network with many elections would never know else how loaded anybody is. */
  @Test
  void aLoadGoesOutThoughThereAreMoreEntriesThanTheBudgetHolds() {
    Outbox outbox = new Outbox(setup("n1"));
    for (int writer = 1; writer <= 2_000; writer++) {
      outbox.spread(Gossips.Entry.newBuilder().setWriter(writer).setVersion(1).build());
    }
    for (int i = 0; i < 6; i++) {
      outbox.sendNews("n2:1", 3, 0); // No budget is left after these.
    }
    var unused = outbox.drain();

    outbox.spread(
        Gossips.Latest.newBuilder().setWriter(1).setKind(Gossips.Latest.Kind.LOAD).build());
    outbox.sendNews("n2:1", 3, 100_000);

    Gossips.Datagram sent = ((Output.Send) outbox.drain().get(0)).datagram();
    assertThat(sent.getLatestCount()).isEqualTo(1);
    assertThat(sent.getEntriesCount()).as("and they as well").isPositive();
  }

  private static Gossips.Entry largest() {
    Gossips.Entry.Builder entry = Gossips.Entry.newBuilder().setWriter(1).setVersion(1);
    int content =
        Shelf.MAX_CONTENT_BYTES + Shelf.FIELDS_BYTES - 3 - entry.build().getSerializedSize();
    return entry.setContent(ByteString.copyFrom(new byte[content])).build();
  }

  private static GossipSetup setup(String node) {
    return GossipSetup.of(
        new Incarnation(new NodeId(node), 1),
        List.of(),
        "test",
        List.of(),
        new Chance(1).of("outbox"),
        (who, standing) -> {},
        true);
  }
}
