package io.corale.gossip.lookup;

import io.corale.gossip.ClaimView;
import io.corale.gossip.HeardClaims;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** A node: what gossip has brought to its directory, what answers have taught it, and its moods. */
final class SimNode implements Sight {
  /** What one node says of itself, as it is relayed. */
  record Said(Incarnation by, long version, List<ClaimView> claims) {
    boolean isAfter(Optional<Said> other) {
      return other.isEmpty()
          || by.boot() > other.get().by.boot()
          || (by.boot() == other.get().by.boot() && version > other.get().version);
    }
  }

  final int number;
  Incarnation incarnation;
  HeardClaims heard = new HeardClaims();
  private final LongSupplier nanos;
  Learned learned;
  boolean isUp = true;
  boolean reachesRegistry = true;
  private final Map<Integer, Said> said = new LinkedHashMap<>();
  private long version;

  SimNode(int number, LongSupplier nanos) {
    this.number = number;
    this.nanos = nanos;
    this.learned = new Learned(nanos);
    this.incarnation = new Incarnation(new NodeId("n" + number), 1);
  }

  static int number(NodeId node) {
    return Integer.parseInt(node.value(), 1, node.value().length(), 10);
  }

  /** Its next life: of what it has heard nothing is left. */
  void restart() {
    incarnation = new Incarnation(incarnation.node(), incarnation.boot() + 1);
    heard = new HeardClaims();
    learned = new Learned(nanos);
    said.clear();
    version = 0;
    isUp = true;
  }

  void claim(List<ClaimView> claims) {
    Said before = said.get(number);
    if (before == null || !before.claims().equals(claims)) {
      hear(new Said(incarnation, ++version, List.copyOf(claims)));
    }
  }

  /** Takes over what the other one has heard later. */
  void hearAll(SimNode other) {
    List.copyOf(other.said.values()).forEach(this::hear);
  }

  private void hear(Said news) {
    int by = number(news.by().node());
    boolean isMine = by == number && !news.by().equals(incarnation);
    if (!isMine && news.isAfter(Optional.ofNullable(said.get(by)))) {
      said.put(by, news);
      heard.hear(news.by(), news.claims());
    }
  }

  void believe(SimNode other, boolean isGone) {
    Said last = said.get(other.number);
    if (last != null) {
      heard.believe(last.by(), isGone);
    }
  }

  @Override
  public List<ClaimView> claims(CellId cell) {
    return heard.claims(cell);
  }

  @Override
  public Optional<String> door(NodeId node) {
    return heard.knows(node) ? Optional.of(node.value() + ":2") : Optional.empty();
  }
}
