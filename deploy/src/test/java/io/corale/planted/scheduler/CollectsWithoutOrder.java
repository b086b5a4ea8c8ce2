package io.corale.planted.scheduler;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

final class CollectsWithoutOrder {
  Set<String> broken(List<String> ordered) {
    return ordered.stream().collect(Collectors.toSet());
  }
}
