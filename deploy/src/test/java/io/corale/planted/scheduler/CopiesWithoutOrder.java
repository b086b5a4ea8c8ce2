package io.corale.planted.scheduler;

import java.util.Map;

final class CopiesWithoutOrder {
  Map<String, String> broken(Map<String, String> ordered) {
    return Map.copyOf(ordered);
  }
}
