package io.corale.node.provider.grpc;

import io.corale.node.outward.http.Courier;
import io.corale.node.outward.http.Trust;
import io.corale.node.provider.Authorities;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderFactory;
import io.corale.node.provider.ProviderSettings;
import io.corale.node.provider.TargetRules;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import javax.net.ssl.SSLException;

/**
 * Opens {@link GrpcProvider} with the private targets and the authorities that the operator adds
 * for {@code http}: what a node may reach does not depend on what it speaks.
 */
public final class GrpcProviderFactory implements ProviderFactory {
  @Override
  public String id() {
    return GrpcProvider.ID;
  }

  @Override
  public Provider open(ProviderSettings settings) {
    TargetRules rules = TargetRules.of(settings.privateTargets());
    String trusted = settings.trustedCertificates();
    return new GrpcProvider(
        rules, tls(trusted), new Courier("grpc-tokens", rules, Trust.client(trusted)));
  }

  /** TLS as a client that speaks HTTP/2. Host names are checked against certificates, always. */
  private static SslContext tls(String file) {
    try {
      return SslContextBuilder.forClient()
          .sslProvider(SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
          .endpointIdentificationAlgorithm("HTTPS")
          .trustManager(Authorities.with(file))
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  Protocol.ALPN,
                  SelectorFailureBehavior.NO_ADVERTISE,
                  SelectedListenerFailureBehavior.ACCEPT,
                  ApplicationProtocolNames.HTTP_2))
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
  }
}
