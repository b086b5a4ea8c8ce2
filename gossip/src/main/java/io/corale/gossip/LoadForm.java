package io.corale.gossip;

import com.google.protobuf.ByteString;
import io.corale.wire.Gossips;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * How bands of what a node leads are written: by slot, in parts of which each fits into a datagram.
 * A slot is always in the same part, so that a change there is none of the others.
 */
final class LoadForm {
  /** Of a part: a byte for each band and one for each step to the next slot, and some room. */
  static final int SLOTS = 480;

  static final int PARTS = (Shelf.MAX_SLOTS + SLOTS - 1) / SLOTS;

  private LoadForm() {}

  static int partOf(int slot) {
    return slot / SLOTS;
  }

  /**
   * Writes one part.
   *
   * @param bands by slot, all of that part
   */
  static void put(Gossips.Load.Builder load, int part, SortedMap<Integer, Integer> bands) {
    int before = part * SLOTS;
    ByteString.Output bytes = ByteString.newOutput(bands.size());
    for (Map.Entry<Integer, Integer> each : bands.entrySet()) {
      load.addSlots(each.getKey() - before);
      bytes.write(each.getValue());
      before = each.getKey();
    }
    load.setBands(bytes.toByteString());
  }

  /** The band of this slot; empty where the part does not name it. */
  static Optional<Integer> band(Gossips.Load load, int slot) {
    int named = Math.min(load.getSlotsCount(), load.getBands().size());
    int at = partOf(slot) * SLOTS;
    for (int i = 0; i < named; i++) {
      at += load.getSlots(i);
      if (at == slot) {
        return Optional.of(load.getBands().byteAt(i) & 0xff);
      }
    }
    return Optional.empty();
  }
}
