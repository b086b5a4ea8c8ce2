package io.corale.node.provider.grpc;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * What an account says of all its calls.
 *
 * @param isPlain whether they go without TLS
 */
record GrpcAccount(boolean isPlain) {
  private static final String PLAINTEXT = "plaintext";

  /** What is wrong with an account's settings. */
  static List<String> faults(SortedMap<String, String> settings) {
    List<String> faults = new ArrayList<>();
    for (var setting : settings.entrySet()) {
      if (!setting.getKey().equals(PLAINTEXT)) {
        faults.add(
            "setting '"
                + setting.getKey()
                + "' is not known to provider grpc; expected ["
                + PLAINTEXT
                + "]");
      } else if (!setting.getValue().equals("true") && !setting.getValue().equals("false")) {
        faults.add(
            "setting '" + PLAINTEXT + "' must be true or false, was '" + setting.getValue() + "'");
      }
    }
    return faults;
  }

  /** Of settings without a fault. */
  static GrpcAccount of(SortedMap<String, String> settings) {
    return new GrpcAccount(settings.getOrDefault(PLAINTEXT, "false").equals("true"));
  }
}
