package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the target of a gRPC call may be, for what is written down and what is computed. Pure; a
 * fault goes on where the name of the part ends.
 */
final class RpcRules {
  /** Of DNS. */
  private static final int MAX_HOST_CHARS = 253;

  private static final Pattern HOST =
      Pattern.compile("\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");
  private static final int MAX_PORT = 65_535;

  private RpcRules() {}

  static Optional<String> hostFault(JsonNode host) {
    boolean isHost =
        host.isTextual()
            && host.textValue().length() <= MAX_HOST_CHARS
            && HOST.matcher(host.textValue()).matches();
    return isHost
        ? Optional.empty()
        : Optional.of("must be the name or address of a host, such as greeter.example");
  }

  static Optional<String> portFault(JsonNode port) {
    boolean isPort =
        port.isIntegralNumber()
            && port.canConvertToInt()
            && port.intValue() > 0
            && port.intValue() <= MAX_PORT;
    return isPort ? Optional.empty() : Optional.of("must be a whole number from 1 to " + MAX_PORT);
  }
}
