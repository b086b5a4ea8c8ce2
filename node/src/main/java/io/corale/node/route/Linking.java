package io.corale.node.route;

import com.google.protobuf.ByteString;
import io.corale.flow.Compilation;
import io.corale.flow.Compilation.Lacking;
import io.corale.flow.Compiler;
import io.corale.flow.Diagnostic;
import io.corale.flow.Need;
import io.corale.model.FunctionRef;
import io.corale.model.OwnerId;
import io.corale.node.registry.FunctionEntry;
import io.corale.node.registry.Registry;
import io.corale.node.thread.FairPool;
import io.corale.wire.Door;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Compiles what an owner publishes, with the resources that came along and the functions of the
 * owner's catalog. A node fetches nothing on behalf of anybody. Thread-safe.
 */
final class Linking {
  /** A function may need a resource, which may need none. */
  private static final int MAX_ROUNDS = 3;

  private final Registry registry;
  private final FairPool<OwnerId> compiling;

  /**
   * @param compiling where sources are compiled; may refuse
   */
  Linking(Registry registry, FairPool<OwnerId> compiling) {
    this.registry = registry;
    this.compiling = compiling;
  }

  /**
   * What compiling gave, and what of the source and its resources is to be kept: the source as it
   * was written if that is all there is, else the linked form.
   */
  record Linked(Compilation compilation, ByteString kept) {}

  CompletableFuture<Linked> link(OwnerId owner, Door.Publish asked) {
    SortedMap<String, String> resources = new TreeMap<>();
    for (Door.Resource each : asked.getResourcesList()) {
      requireForeign(each.getAddress());
      resources.put(each.getAddress(), text(each));
    }
    return rounds(owner, asked.getSource(), resources, 1);
  }

  /** The owner's catalog is immutable: what stands there is not the publisher's to say. */
  private static void requireForeign(String address) {
    if (new Need(1, 1, address).isOwnFunction()) {
      throw new IllegalArgumentException(
          "publish.resources: '" + address + "' is a function of the owner's catalog");
    }
  }

  private static String text(Door.Resource resource) {
    ByteBuffer bytes = resource.getText().asReadOnlyByteBuffer();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "publish.resources: '" + resource.getAddress() + "' is not UTF-8 text", e);
    }
  }

  private CompletableFuture<Linked> rounds(
      OwnerId owner, ByteString source, SortedMap<String, String> resources, int round) {
    return CompletableFuture.supplyAsync(() -> compile(source, resources), compiling.of(owner))
        .thenCompose(
            linked -> {
              List<Need> own =
                  linked.compilation() instanceof Lacking lacking
                      ? lacking.needs().stream().filter(Need::isOwnFunction).toList()
                      : List.of();
              return own.isEmpty() || round == MAX_ROUNDS
                  ? CompletableFuture.completedFuture(linked)
                  : withOwn(owner, own)
                      .thenCompose(
                          found -> {
                            if (found.broken().isPresent()) {
                              return CompletableFuture.completedFuture(
                                  new Linked(found.broken().get(), source));
                            }
                            resources.putAll(found.texts());
                            return rounds(owner, source, resources, round + 1);
                          });
            });
  }

  private static Linked compile(ByteString source, SortedMap<String, String> resources) {
    Compilation compilation =
        Compiler.compile(
            source.toStringUtf8(), address -> Optional.ofNullable(resources.get(address)));
    ByteString kept =
        compilation instanceof Compilation.Compiled done && !resources.isEmpty()
            ? done.composition().canonical().bytes()
            : source;
    return new Linked(compilation, kept);
  }

  /** Functions of the owner, or that some are not there. */
  private record Found(SortedMap<String, String> texts, Optional<Compilation> broken) {}

  private CompletableFuture<Found> withOwn(OwnerId owner, List<Need> needs) {
    CompletableFuture<Found> found =
        CompletableFuture.completedFuture(new Found(new TreeMap<>(), Optional.empty()));
    for (Need need : needs) {
      found =
          found.thenCombine(entry(owner, need), (sofar, entry) -> with(sofar, owner, need, entry));
    }
    return found;
  }

  private CompletableFuture<Optional<FunctionEntry>> entry(OwnerId owner, Need need) {
    FunctionRef function;
    try {
      function = FunctionRef.parse(need.ownFunction());
    } catch (IllegalArgumentException e) {
      // No version of this form was ever put.
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return registry.function(owner, function);
  }

  private static Found with(Found sofar, OwnerId owner, Need need, Optional<FunctionEntry> entry) {
    SortedMap<String, String> texts = new TreeMap<>(sofar.texts());
    List<Diagnostic> missing = new ArrayList<>();
    if (sofar.broken().isPresent() && sofar.broken().get() instanceof Compilation.Broken broken) {
      missing.addAll(broken.diagnostics());
    }
    if (entry.isPresent()) {
      texts.put(need.address(), entry.get().source().toStringUtf8());
    } else {
      missing.add(
          new Diagnostic(
              need.line(),
              need.column(),
              "function '"
                  + need.ownFunction()
                  + "' is not in the catalog of owner '"
                  + owner
                  + "'",
              "put it there with 'corale function put'"));
    }
    return new Found(
        texts, missing.isEmpty() ? Optional.empty() : Optional.of(new Compilation.Broken(missing)));
  }
}
