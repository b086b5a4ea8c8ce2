package io.corale.planted.scheduler;

import java.util.HashMap;
import java.util.Map;

final class KeepsAHashMap {
  Map<String, String> broken() {
    return new HashMap<>();
  }
}
