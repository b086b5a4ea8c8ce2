package io.corale.scheduler;

import io.corale.model.Payload;
import io.corale.model.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the children of a branch mean for it: how they open, and what it has of them when they end,
 * fail or win.
 *
 * <p>A parent learns of its children by a signal, which does not raise its step. So a child needs
 * no guard of its parent, and children end in any order.
 */
final class Family {
  /** Four times what a list of ten thousand short results takes. */
  private static final long MAX_JOINED_BYTES = 4L * 1024 * 1024;

  private final Tree tree;
  private final List<Note> notes = new ArrayList<>();
  private final Set<Integer> signalled = new LinkedHashSet<>();

  /** What is to stand in the trace. */
  record Note(TraceEvent.Kind kind, String detail) {}

  Family(Tree tree) {
    this.tree = tree;
  }

  /** One more child of a branch, which does not know of it yet. */
  Branch open(Branch parent, Payload state) throws Faulty {
    if (tree.size() >= Draft.MAX_BRANCHES) {
      throw Faulty.senseless(
          "branch "
              + parent.number()
              + " is one of "
              + Draft.MAX_BRANCHES
              + ", the most there are");
    }
    return tree.open(parent, state);
  }

  /** Opens as many children as may be open at a time (rule 20). */
  void spread(Branch parent, Spread list) throws Faulty {
    note(
        TraceEvent.Kind.FORKED,
        list.items().size() + " items, at most " + list.parallelism() + " at a time");
    Branch open = parent.next(parent.waiting().forChildren(parent.children().spreading(list)));
    while (open.children().open() < list.parallelism() && hasMore(open)) {
      open = withNextItem(open);
    }
    tree.put(open);
  }

  private static boolean hasMore(Branch parent) {
    return parent.children().spread().filter(Spread::hasMore).isPresent();
  }

  private Branch withNextItem(Branch parent) throws Faulty {
    Spread list = parent.children().spread().orElseThrow();
    Branch child = open(parent, list.seed()).signalled(list.next());
    tree.put(child);
    signalled(child.number());
    Children children = parent.children().and(child.number()).spreading(list.withOneOpened());
    return parent.now(parent.waiting().forChildren(children));
  }

  /** Lets children race; where one has ended already, it has won. */
  void race(Branch parent) {
    for (Branch child : tree.children(parent)) {
      if (child.hasEnded()) {
        tree.put(won(parent.next(parent.waiting()), child.output().orElseThrow()));
        return;
      }
    }
    tree.put(parent.next(parent.waiting().forChildren(parent.children().racing())));
  }

  /** A branch has come to its end. */
  void end(Branch branch, Payload output) throws Faulty {
    tree.cut(branch);
    tree.put(branch.ended(output));
    if (branch.parent() != Branch.NONE) {
      Branch parent = tree.parent(branch);
      Children children = parent.children().withOneEnded(output.sizeBytes());
      tree.put(after(parent.now(parent.waiting().forChildren(children)), output));
    }
  }

  /** The parent after one of its children has ended with this output. */
  private Branch after(Branch parent, Payload output) throws Faulty {
    if (parent.children().isRace()) {
      return won(parent, output);
    }
    if (parent.children().spread().map(Spread::outputBytes).orElse(0L) > mostBytes(tree.texts())) {
      return failed(parent, tooMuchToJoin());
    }
    if (hasMore(parent)) {
      return withNextItem(parent);
    }
    return parent.children().open() == 0 ? joined(parent) : parent;
  }

  private Branch won(Branch parent, Payload output) {
    note(TraceEvent.Kind.WON, "at branch " + parent.number());
    return learning(parent, new Signal.Joined(List.of(output)));
  }

  private Branch joined(Branch parent) {
    List<Payload> outputs = new ArrayList<>();
    long bytes = 0;
    for (Branch child : tree.children(parent)) {
      Payload output = child.output().orElseThrow();
      outputs.add(output);
      bytes += output.sizeBytes();
    }
    if (bytes > mostBytes(tree.texts())) {
      return failed(parent, tooMuchToJoin());
    }
    note(TraceEvent.Kind.JOINED, "at branch " + parent.number());
    return learning(parent, new Signal.Joined(outputs));
  }

  private Problem tooMuchToJoin() {
    long most = mostBytes(tree.texts());
    return Problem.validation(
        "the outputs of branches have more than " + most + " bytes together", "");
  }

  /** How much the outputs of a branch's children may have: where texts are kept, as one of them. */
  static long mostBytes(Texts texts) {
    return texts.areKept() ? Payload.MAX_BYTES : MAX_JOINED_BYTES;
  }

  /** A branch fails: its siblings end with it, and its parent learns why. */
  void fail(Branch branch, Problem problem) {
    tree.put(failed(tree.parent(branch), problem));
  }

  private Branch failed(Branch parent, Problem problem) {
    note(
        TraceEvent.Kind.FAILED,
        "below branch " + parent.number() + ": " + problem.title() + " " + problem.detail());
    return learning(parent, new Signal.Failed(problem));
  }

  private Branch learning(Branch parent, Signal signal) {
    tree.cut(parent);
    signalled(parent.number());
    return parent.signalled(signal);
  }

  void note(TraceEvent.Kind kind, String detail) {
    notes.add(new Note(kind, detail));
  }

  /** What is to stand in the trace, in this order. */
  List<Note> notes() {
    return notes;
  }

  /** A branch has a signal that must be interpreted, unless this transition consumes it. */
  void signalled(int branch) {
    signalled.add(branch);
  }

  Set<Integer> signalled() {
    return signalled;
  }
}
