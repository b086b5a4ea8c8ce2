package io.corale.gossip;

import com.google.protobuf.ByteString;
import io.corale.model.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Round trips by what was measured to each node alone, smoothed as TCP does (RFC 6298); it knows
 * nothing of nodes that it has not asked yet.
 */
public final class MeasuredRoundTrips implements RoundTrips {
  /** As many as there may be members; beyond that the one measured longest ago is forgotten. */
  private static final int MAX_NODES = Members.MAX_MEMBERS;

  private record Estimate(long meanMicros, long deviationMicros) {
    Estimate with(long micros) {
      long difference = Math.abs(micros - meanMicros);
      return new Estimate((7 * meanMicros + micros) / 8, (3 * deviationMicros + difference) / 4);
    }
  }

  private final Map<NodeId, Estimate> estimates = new LinkedHashMap<>();

  @Override
  public void measured(NodeId node, long micros, ByteString coordinate) {
    Estimate known = estimates.remove(node);
    estimates.put(node, known == null ? new Estimate(micros, micros / 2) : known.with(micros));
    if (estimates.size() > MAX_NODES) {
      estimates.remove(estimates.keySet().iterator().next());
    }
  }

  @Override
  public long patienceMicros(NodeId node) {
    Estimate known = estimates.get(node);
    return known == null ? 0 : 3 * known.meanMicros + 4 * known.deviationMicros;
  }

  @Override
  public ByteString coordinate() {
    return ByteString.EMPTY;
  }
}
