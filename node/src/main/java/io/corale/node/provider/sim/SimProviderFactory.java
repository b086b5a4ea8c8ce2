package io.corale.node.provider.sim;

import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderFactory;
import io.corale.node.provider.ProviderSettings;

/** Opens {@link SimProvider}; it needs nothing from the operator. */
public final class SimProviderFactory implements ProviderFactory {
  @Override
  public String id() {
    return SimProvider.ID;
  }

  @Override
  public Provider open(ProviderSettings settings) {
    return new SimProvider();
  }
}
