package io.corale.deploy.demo;

import java.util.ArrayList;
import java.util.List;

/** Who was seen as superpeer, and when. Confined to one thread. */
final class Reigns {
  private final List<TimelinePicture.Reign> ended = new ArrayList<>();
  private String node = "";
  private long since;
  private long lastSeen;

  /** Somebody was superpeer at this time. */
  void saw(long atMillis, String superpeer) {
    if (!superpeer.equals(node)) {
      end(lastSeen);
      node = superpeer;
      since = atMillis;
    }
    lastSeen = atMillis;
  }

  /** The superpeer of now is none from this time on. */
  void end(long atMillis) {
    if (!node.isEmpty()) {
      ended.add(new TimelinePicture.Reign(new TimelinePicture.Span(since, atMillis), node));
    }
    node = "";
  }

  /** All reigns; the last one goes on until this time. */
  List<TimelinePicture.Reign> until(long atMillis) {
    List<TimelinePicture.Reign> all = new ArrayList<>(ended);
    if (!node.isEmpty()) {
      all.add(new TimelinePicture.Reign(new TimelinePicture.Span(since, atMillis), node));
    }
    return all;
  }
}
