package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.flow.Content.Part;
import io.corale.flow.Content.Taken;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Joins a composition with the external resources that it refers to, while it is read.
 *
 * <p>A resource stands in the composition (as {@code content}), or is at hand, or is needed. In the
 * first two cases a part makes something of it, and says how much of it must be kept; what is kept
 * becomes {@code content} in the {@link #linked} document, which needs nothing any more.
 */
final class Links {
  /** A composition that refers to more was generated, and each reference carries its content. */
  static final int MAX_REFERENCES = 256;

  /** More different ones are not fetched for one composition. */
  static final int MAX_RESOURCES = 32;

  /** Of one resource, before it is reduced; all of them must fit into one request at the door. */
  static final int MAX_RESOURCE_BYTES = 512 * 1024;

  private static final List<String> KEYS = List.of("endpoint", "name", "content");
  static final String FETCH_IT = "fetch it yourself, and write it into 'content'";

  private final Resources resources;
  private final Deque<Around> around = new ArrayDeque<>();
  private final SortedMap<String, Need> needs = new TreeMap<>();
  private final SortedSet<String> addresses = new TreeSet<>();
  private final List<Splice> splices = new ArrayList<>();
  private final SortedMap<String, Marked> functions = new TreeMap<>();
  private int references;

  /** The text inside of which something is read, and where its findings go. */
  private record Around(String address, Marked at, Findings findings) {}

  /** What of a resource stands in the linked document as the content of this object. */
  private record Splice(Marked.Fields at, Marked kept) {}

  Links(Findings findings, Resources resources) {
    this.resources = resources;
    around.push(new Around("", new Marked.Items(1, 1, List.of()), findings));
  }

  /** What must be fetched, in the order of addresses. */
  List<Need> needs() {
    return List.copyOf(needs.values());
  }

  /** Whether anything was joined. */
  boolean hasJoined() {
    return !splices.isEmpty() || !functions.isEmpty();
  }

  /**
   * Reads a reference to a resource, {@code {endpoint, name?, content?}}.
   *
   * @param meanwhile the result where the resource is needed, which is no error
   * @return empty where something is wrong, which was reported
   */
  <T> Optional<T> read(Marked value, String where, T meanwhile, Part<T> part) {
    Optional<Marked.Fields> fields = here().object(value, where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    here().requireKeys(fields.get(), where, KEYS, Map.of());
    fields.get().get("name").ifPresent(name -> here().string(name, where + ".name"));
    Optional<String> address =
        here().required(fields.get(), "endpoint", where).flatMap(each -> address(each, where));
    if (address.isEmpty() || isTooMany(value, address.get())) {
      return Optional.empty();
    }
    Optional<Marked> content = fields.get().get("content");
    Optional<Taken<T>> taken = Optional.empty();
    if (content.isPresent()) {
      taken = inside(content.get(), where + ".content", part);
    } else {
      Optional<String> text = resources.at(address.get());
      if (text.isEmpty()) {
        need(value, address.get());
        return Optional.of(meanwhile);
      }
      taken = taken(value, Source.at(address.get()), text.get(), part);
    }
    taken.ifPresent(whole -> splices.add(new Splice(fields.get(), whole.kept())));
    return taken.map(Taken::made);
  }

  /**
   * Takes a function that stands elsewhere; what is kept of it becomes an entry of {@code
   * use.functions} under the name by which it is called.
   */
  <T> Optional<T> function(Call call, T meanwhile, Part<T> part) {
    if (isTooMany(call.at(), call.address())) {
      return Optional.empty();
    }
    Optional<String> text = resources.at(call.address());
    if (text.isEmpty()) {
      need(call.at(), call.address());
      return Optional.of(meanwhile);
    }
    Optional<Taken<T>> taken = taken(call.at(), Source.at(call.address()), text.get(), part);
    taken.ifPresent(whole -> functions.put(call.name(), whole.kept()));
    return taken.map(Taken::made);
  }

  /** A function called by a name that leads to an address. */
  record Call(Marked at, String name, String address) {}

  private Optional<String> address(Marked value, String where) {
    Optional<Marked> uri = Optional.of(value);
    if (value instanceof Marked.Fields fields) {
      here()
          .requireKeys(
              fields, where + ".endpoint", List.of("uri"), Map.of("authentication", FETCH_IT));
      uri = here().required(fields, "uri", where + ".endpoint");
    }
    Optional<String> written = uri.flatMap(each -> here().string(each, where + ".endpoint"));
    Optional<String> fault = written.flatMap(Addresses::fault);
    if (fault.isPresent()) {
      here().add(uri.orElse(value), "the address '" + written.get() + "' " + fault.get(), FETCH_IT);
      return Optional.empty();
    }
    Optional<String> address =
        written.map(each -> Addresses.resolved(around.element().address(), each));
    if (address.isPresent() && !mayReferTo(address.get())) {
      here()
          .add(
              uri.orElse(value),
              "the address '" + written.get() + "' leads to a file",
              "only the composition, and files, may refer to files");
      return Optional.empty();
    }
    return address;
  }

  /** What strangers wrote must not name a file of whoever publishes: it would be published. */
  private boolean mayReferTo(String address) {
    String base = around.element().address();
    boolean isOfStrangers = Addresses.isOnTheWeb(base) || Catalogs.isOwn(base);
    return !isOfStrangers || Addresses.isOnTheWeb(address);
  }

  private boolean isTooMany(Marked at, String address) {
    addresses.add(address);
    references++;
    if (references <= MAX_REFERENCES && addresses.size() <= MAX_RESOURCES) {
      return false;
    }
    here()
        .add(
            at,
            "more than "
                + MAX_RESOURCES
                + " external resources, or "
                + MAX_REFERENCES
                + " references to them",
            "split the composition");
    return true;
  }

  private void need(Marked at, String address) {
    Marked place = around.size() == 1 ? at : around.element().at();
    needs.putIfAbsent(address, new Need(place.line(), place.column(), address));
  }

  /** What stands in the composition is found wrong at its own place, a text at that of the text. */
  private <T> Optional<Taken<T>> inside(Marked content, String where, Part<T> part) {
    return content.value().isTextual()
        ? taken(content, new Source(where, ""), content.value().textValue(), part)
        : part.take(new Content(content, here()));
  }

  /**
   * A text that is read.
   *
   * @param name messages call it so
   * @param address what it refers to is seen from there; empty: from the composition
   */
  private record Source(String name, String address) {
    static Source at(String address) {
      return new Source(address, address);
    }
  }

  private <T> Optional<Taken<T>> taken(Marked at, Source source, String text, Part<T> part) {
    Findings own = new Findings();
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_RESOURCE_BYTES) {
      own.add(1, 1, "a resource of " + bytes + " bytes, the limit is " + MAX_RESOURCE_BYTES, "");
    }
    Marked place = around.size() == 1 ? at : around.element().at();
    around.push(new Around(source.address(), place, own));
    Optional<Taken<T>> taken =
        own.isEmpty() ? part.take(new Content(scalar(text), own)) : Optional.empty();
    around.pop();
    for (Diagnostic each : own.inOrder()) {
      String message =
          source.name() + ":" + each.line() + ":" + each.column() + ": " + each.message();
      here().add(at, message, each.hint());
    }
    return own.isEmpty() ? taken : Optional.empty();
  }

  private static Marked scalar(String text) {
    return new Marked.Scalar(1, 1, 0, JsonNodeFactory.instance.textNode(text));
  }

  private Findings here() {
    return around.element().findings();
  }

  /** The composition as a plain value, with all that was joined to it. */
  JsonNode linked(Marked.Fields composition) {
    ObjectNode whole = linkedFields(composition);
    if (functions.isEmpty()) {
      return whole;
    }
    ObjectNode use = whole.withObject("/use/functions");
    functions.forEach((name, kept) -> use.set(name, linkedValue(kept)));
    return Json.sorted(whole);
  }

  private JsonNode linkedValue(Marked value) {
    if (value instanceof Marked.Items items) {
      ArrayNode values = JsonNodeFactory.instance.arrayNode();
      items.items().forEach(item -> values.add(linkedValue(item)));
      return values;
    }
    return value instanceof Marked.Fields fields ? linkedFields(fields) : value.value();
  }

  private ObjectNode linkedFields(Marked.Fields fields) {
    SortedMap<String, JsonNode> sorted = new TreeMap<>();
    fields.fields().forEach(field -> sorted.put(field.key(), linkedValue(field.value())));
    if (sorted.containsKey("endpoint")) {
      splices.stream()
          .filter(splice -> isSame(splice.at(), fields))
          .findFirst()
          .ifPresent(splice -> sorted.put("content", linkedValue(splice.kept())));
    }
    return JsonNodeFactory.instance.objectNode().setAll(sorted);
  }

  /** The same place: what an alias repeats is equal, and may still be reduced differently. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(Marked.Fields one, Marked.Fields other) {
    return one == other;
  }
}
