package io.corale.node.provider.local;

import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderFactory;
import io.corale.node.provider.ProviderSettings;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** Opens {@link LocalProvider} with the functions that the operator named. */
public final class LocalProviderFactory implements ProviderFactory {
  @Override
  public String id() {
    return LocalProvider.ID;
  }

  @Override
  public Provider open(ProviderSettings settings) {
    return open(ServiceLoader.load(LocalFunction.class), settings);
  }

  static Provider open(Iterable<LocalFunction> present, ProviderSettings settings) {
    SortedMap<String, LocalFunction> found = new TreeMap<>();
    for (LocalFunction function : present) {
      if (found.put(function.name(), function) != null) {
        throw new IllegalStateException("two local functions are called '" + function.name() + "'");
      }
    }
    for (String name : settings.localFunctions()) {
      if (!found.containsKey(name)) {
        throw new IllegalArgumentException(
            "local.functions: '"
                + name
                + "' is not on the class path, which has "
                + found.keySet());
      }
    }
    found.keySet().retainAll(settings.localFunctions());
    return new LocalProvider(found);
  }
}
