package io.corale.node.provider.corale;

import io.corale.model.Account;
import io.corale.model.OwnerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The way to another owner that an account knows.
 *
 * @param doors at least one; any of them knows the way to the owner's superpeer
 */
record Way(OwnerId owner, String token, List<String> doors) {
  private static final Set<String> SETTINGS = Set.of("owner", "token", "doors");

  Way {
    doors = List.copyOf(doors);
  }

  /** What is wrong with the settings of an account; empty where nothing is. */
  static List<String> faults(Account account, List<String> allowed) {
    List<String> faults = new ArrayList<>();
    for (String key : new TreeSet<>(account.settings().keySet())) {
      if (!SETTINGS.contains(key)) {
        faults.add("setting '" + key + "' is not known; expected owner, token, doors");
      }
    }
    String owner = account.settings().getOrDefault("owner", "");
    try {
      new OwnerId(owner);
    } catch (IllegalArgumentException e) {
      faults.add("setting 'owner': " + e.getMessage());
    }
    if (account.settings().getOrDefault("token", "").isEmpty()) {
      faults.add(
          "setting 'token' is missing: one with the right to invoke at owner '" + owner + "'");
    }
    if (allowed.isEmpty()) {
      faults.add("this node opens no doors to owners");
    }
    for (String door : doors(account, allowed)) {
      if (!allowed.contains(door)) {
        faults.add(
            "setting 'doors': "
                + door
                + " is not open to owners; an operator may list it in corale.doors");
      }
    }
    return faults;
  }

  /** Of an account without faults. */
  static Way of(Account account, List<String> allowed) {
    return new Way(
        new OwnerId(account.settings().getOrDefault("owner", "")),
        account.settings().getOrDefault("token", ""),
        doors(account, allowed));
  }

  /** Without a word of its own, an account leads to this node's own door. */
  private static List<String> doors(Account account, List<String> allowed) {
    String doors = account.settings().getOrDefault("doors", "").strip();
    return doors.isEmpty()
        ? allowed.stream().limit(1).toList()
        : List.of(doors.split("\\s*,\\s*", -1));
  }
}
