package io.corale.gossip;

import com.google.protobuf.ByteString;
import io.corale.wire.Gossips;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * How bands of what a node leads are written: by slot, in parts of which each fits into a datagram.
 * A slot is always in the same part, so that a change there is none of the others.
 */
final class LoadForm {
  /** Of a part: a byte for each band and a bit for each slot, and some room. */
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
    BitSet slots = new BitSet(SLOTS);
    ByteString.Output bytes = ByteString.newOutput(bands.size());
    for (Map.Entry<Integer, Integer> each : bands.entrySet()) {
      slots.set(each.getKey() - part * SLOTS);
      bytes.write(each.getValue());
    }
    load.setSlots(ByteString.copyFrom(slots.toByteArray())).setBands(bytes.toByteString());
  }

  /** The band of this slot; empty where the part does not name it. */
  static Optional<Integer> band(Gossips.Load load, int slot) {
    int bit = slot - partOf(slot) * SLOTS;
    ByteString slots = load.getSlots();
    int last = bit / Byte.SIZE;
    if (last >= slots.size() || ((slots.byteAt(last) >> (bit % Byte.SIZE)) & 1) == 0) {
      return Optional.empty();
    }
    int before = Integer.bitCount(slots.byteAt(last) & ((1 << (bit % Byte.SIZE)) - 1));
    for (int i = 0; i < last; i++) {
      before += Integer.bitCount(slots.byteAt(i) & 0xff);
    }
    return before < load.getBands().size()
        ? Optional.of(load.getBands().byteAt(before) & 0xff)
        : Optional.empty();
  }
}
