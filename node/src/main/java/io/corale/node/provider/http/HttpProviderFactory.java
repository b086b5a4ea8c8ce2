package io.corale.node.provider.http;

import io.corale.node.outward.http.Trust;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderFactory;
import io.corale.node.provider.ProviderSettings;
import io.corale.node.provider.TargetRules;

/**
 * Opens {@link HttpProvider} with the private targets and the authorities that the operator adds.
 */
public final class HttpProviderFactory implements ProviderFactory {
  @Override
  public String id() {
    return HttpProvider.ID;
  }

  @Override
  public Provider open(ProviderSettings settings) {
    return new HttpProvider(
        TargetRules.of(settings.privateTargets()), Trust.client(settings.trustedCertificates()));
  }
}
