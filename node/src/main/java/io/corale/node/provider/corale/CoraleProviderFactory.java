package io.corale.node.provider.corale;

import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderFactory;
import io.corale.node.provider.ProviderSettings;
import io.corale.wire.Freight;

/** Opens {@link CoraleProvider} for the doors that the operator lists. */
public final class CoraleProviderFactory implements ProviderFactory {
  @Override
  public String id() {
    return CoraleProvider.ID;
  }

  @Override
  public Provider open(ProviderSettings settings) {
    return CoraleProvider.open(settings.doors(), settings.freight().orElseGet(Freight::unbounded));
  }
}
