package io.corale.gossip.seal;

import io.corale.model.Incarnation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/**
 * The lives of nodes that this one has heard, with what has come of each; of too many, whoever was
 * silent longest is forgotten.
 *
 * <p>Only what is proved to be of a sender brings it here or moves it. Else somebody without a key
 * could have all others forgotten, and replay what they once said.
 */
final class Senders {
  private final int most;

  /** Who was heard last is last. */
  private final Map<Incarnation, Sender> heard = new LinkedHashMap<>();

  /** One sender, the numbers that have come, and the key of the last of them. */
  static final class Sender {
    private final Incarnation life;
    final ReplayWindow window = new ReplayWindow();
    private Optional<ClusterKey> lastUnder = Optional.empty();
    private Optional<SecretKeySpec> lastKey = Optional.empty();

    private Sender(Incarnation life) {
      this.life = life;
    }

    /** Its own key under that of the cluster; the one of the last message need not be made anew. */
    SecretKeySpec key(ClusterKey under, ClusterName cluster) {
      return lastKey
          .filter(last -> lastUnder.equals(Optional.of(under)))
          .orElseGet(() -> under.of(cluster, life));
    }
  }

  Senders(int most) {
    this.most = most;
  }

  /** A sender as it is known; a new one is not kept yet. */
  Sender find(Incarnation life) {
    Sender known = heard.get(life);
    return known != null ? known : new Sender(life);
  }

  /** A message of this sender was proved to be its own. */
  void heard(Sender sender, long number, ClusterKey under, SecretKeySpec key) {
    sender.window.take(number);
    sender.lastUnder = Optional.of(under);
    sender.lastKey = Optional.of(key);
    keep(sender);
  }

  /** A message says that it is of this sender, where nothing is proved. */
  void heard(Sender sender, long number) {
    sender.window.take(number);
    keep(sender);
  }

  private void keep(Sender sender) {
    heard.remove(sender.life);
    heard.put(sender.life, sender);
    if (heard.size() > most) {
      heard.remove(heard.keySet().iterator().next());
    }
  }

  int size() {
    return heard.size();
  }
}
