package io.corale.node.provider;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which addresses functions may be called at: public ones, and of the others those that the
 * operator lists. A composition's author must not reach the operator's own network through a node.
 *
 * @param hosts listed by name, lower case
 * @param blocks listed as addresses or CIDR blocks
 */
public record TargetRules(Set<String> hosts, List<Block> blocks) {
  /** Under which operators list what else may be called. */
  public static final String SETTING = "http.privateTargets";

  /**
   * Blocks of the IANA special-purpose registries beyond those that {@link InetAddress} knows:
   * shared and local ones, those of documents, which machines use all the same, and those that
   * carry an IPv4 address to which somebody translates.
   */
  private static final List<Block> RESERVED =
      List.of(
          block("0.0.0.0/8"),
          block("100.64.0.0/10"),
          block("192.0.0.0/24"),
          block("192.0.2.0/24"),
          block("198.18.0.0/15"),
          block("198.51.100.0/24"),
          block("203.0.113.0/24"),
          block("240.0.0.0/4"),
          block("64:ff9b::/96"),
          block("64:ff9b:1::/48"),
          block("2001::/32"),
          block("2001:db8::/32"),
          block("2002::/16"),
          block("fc00::/7"));

  /** So many leading bits of an address. */
  public record Block(InetAddress base, int bits) {
    boolean contains(InetAddress address) {
      byte[] mine = base.getAddress();
      byte[] theirs = address.getAddress();
      if (mine.length != theirs.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((mine[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  /** The rules of an operator's list; throws where an entry cannot be read. */
  public static TargetRules of(List<String> listed) {
    Set<String> hosts = new LinkedHashSet<>();
    List<Block> blocks = new ArrayList<>();
    for (String entry : listed) {
      String text = entry.trim().toLowerCase(Locale.ROOT);
      if (looksLikeAddress(text)) {
        blocks.add(block(text));
      } else {
        hosts.add(text);
      }
    }
    return new TargetRules(hosts, blocks);
  }

  private static boolean looksLikeAddress(String text) {
    return text.indexOf('/') >= 0 || text.indexOf(':') >= 0 || text.matches("[0-9.]+");
  }

  private static Block block(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    try {
      InetAddress base = InetAddress.getByName(address);
      int most = 8 * base.getAddress().length;
      int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > most) {
        throw new NumberFormatException();
      }
      return new Block(base, bits);
    } catch (UnknownHostException | NumberFormatException e) {
      throw new IllegalArgumentException(
          SETTING + ": '" + text + "' is no host, address or block such as 10.0.0.0/8", e);
    }
  }

  /** What an author is told whose target is not allowed. */
  public static String refusal(String host, InetAddress address) {
    return "'"
        + host
        + "' ("
        + address.getHostAddress()
        + ") is not public; an operator may list it in "
        + SETTING;
  }

  /** Whether a function may be called at this address, which this host name resolved to. */
  public boolean allow(String host, InetAddress address) {
    return isPublic(address)
        || hosts.contains(host.toLowerCase(Locale.ROOT))
        || blocks.stream().anyMatch(block -> block.contains(address));
  }

  private static boolean isPublic(InetAddress address) {
    return !(address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()
        || RESERVED.stream().anyMatch(block -> block.contains(address)));
  }
}
