package io.corale.deploy.bench;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose a thread of a node is, and what it is there for, by its name.
 *
 * @param what without numbers, so that threads of one kind are alike
 */
record ThreadKind(Whose whose, String what) implements Comparable<ThreadKind> {
  /** Who began it. */
  enum Whose {
    /** One or more for each replica. */
    RATIS_OF_A_REPLICA("Ratis, of a replica"),
    RATIS("Ratis, of the process"),
    /** With what it uses for the registry. */
    CORALE("Corale"),
    JAVA("Java");

    private final String text;

    Whose(String text) {
      this.text = text;
    }
  }

  /** What a process of Java has that nobody asked for, and what it takes to look at it. */
  private static final Set<String> OF_JAVA =
      Set.of(
          "Attach Listener",
          "Common-Cleaner",
          "DestroyJavaVM",
          "Finalizer",
          "Notification Thread",
          "Reference Handler",
          "Signal Dispatcher",
          "main");

  private static final Pattern REPLICA = Pattern.compile("[^@]+@group-[0-9A-F]+(?:->[^-]*)?(.*)");
  private static final Pattern PEER = Pattern.compile("[^@]*_[0-9]+-(.*)");

  /** Pools of which Ratis has one for each replica, though it names them by the process. */
  private static final Set<String> POOLS_OF_A_REPLICA = Set.of("server", "client");

  /** The name of the node may come first. */
  private static final Pattern FIRST_WORD =
      Pattern.compile("(?:[a-z]+[0-9]+-)?([a-zA-Z]+(?:-[a-z]{2,})?).*");

  static ThreadKind of(String name) {
    Matcher replica = REPLICA.matcher(name);
    if (replica.matches()) {
      return new ThreadKind(Whose.RATIS_OF_A_REPLICA, withoutNumbers(replica.group(1)));
    }
    if (name.matches("(grpc-|JvmPauseMonitor).*|timer[0-9]+")) {
      return new ThreadKind(Whose.RATIS, withoutNumbers(name));
    }
    if (OF_JAVA.contains(name) || name.startsWith("RMI ") || name.startsWith("JMX ")) {
      return new ThreadKind(Whose.JAVA, name.replaceAll("[(\\[:-].*", "").strip());
    }
    Matcher peer = PEER.matcher(name);
    if (peer.matches()) {
      String what = withoutNumbers(peer.group(1));
      return new ThreadKind(
          POOLS_OF_A_REPLICA.contains(what) ? Whose.RATIS_OF_A_REPLICA : Whose.RATIS, what);
    }
    Matcher word = FIRST_WORD.matcher(name);
    return new ThreadKind(Whose.CORALE, word.matches() ? word.group(1) : name);
  }

  /** For those of which there are few, together. */
  ThreadKind other() {
    return new ThreadKind(whose, "~ all others");
  }

  private static String withoutNumbers(String name) {
    return name.replaceAll("[-:#]?(thread)?-?[0-9]+(-[0-9]+)*", "").replaceAll("^[->]+", "");
  }

  @Override
  public int compareTo(ThreadKind other) {
    int byWhose = whose.compareTo(other.whose);
    return byWhose != 0 ? byWhose : what.compareTo(other.what);
  }

  @Override
  public String toString() {
    return whose.text + ": " + what;
  }
}
