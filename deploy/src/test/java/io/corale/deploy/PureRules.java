package io.corale.deploy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What the packages that only decide must not touch, because replicas and replays would part. */
final class PureRules {
  /** The packages that map values to values. */
  static final String[] PURE = {
    "io.corale..model",
    "io.corale..scheduler",
    "io.corale..flow",
    "io.corale..flow.proto",
    "io.corale..flow.regex",
    "io.corale..gossip",
    "io.corale..gossip.seal",
    "io.corale..gossip.coordinate",
    "io.corale..gossip.lookup",
    "io.corale..place",
    "io.corale..optimize"
  };

  private static final Set<String> CLOCKS =
      Set.of("java.time.Clock", "java.time.InstantSource", "java.util.Timer", "java.util.Date");

  private static final Set<String> CHANCE =
      Set.of(
          "java.util.Random",
          "java.util.SplittableRandom",
          "java.security.SecureRandom",
          "java.util.concurrent.ThreadLocalRandom");

  private static final Set<String> UNORDERED =
      Set.of(
          "java.util.HashMap",
          "java.util.HashSet",
          "java.util.Hashtable",
          "java.util.IdentityHashMap",
          "java.util.WeakHashMap");

  private static final Set<String> ORDERED_BY_THE_JDK =
      Set.of(
          "java.util.TreeMap",
          "java.util.TreeSet",
          "java.util.PriorityQueue",
          "java.util.concurrent.ConcurrentSkipListMap",
          "java.util.concurrent.ConcurrentSkipListSet",
          "java.util.concurrent.PriorityBlockingQueue");

  private PureRules() {}

  static List<HouseRule> all() {
    return List.of(
        new HouseRule(
            "pure packages read no clock",
            noAccess("read a clock", PureRules::readsAClock),
            List.of("ReadsAClock", "AsksTheSystem")),
        new HouseRule(
            "pure packages draw no chance of their own",
            noAccess("draw chance", PureRules::drawsChance),
            List.of("DrawsChance", "NamesByChance")),
        new HouseRule(
            "pure packages start and meet no thread",
            noDependency("meet threads", PureRules::isOfThreads),
            List.of("MeetsThreads")),
        new HouseRule(
            "pure packages touch no file, socket or log",
            noDependency("touch the world", PureRules::isOfTheWorld),
            List.of("OpensAFile", "WritesALog")),
        new HouseRule(
            "pure packages keep a defined order",
            noAccess("lose the order", PureRules::losesTheOrder),
            List.of("KeepsAHashMap", "CopiesWithoutOrder", "CollectsWithoutOrder")),
        new HouseRule(
            "the scheduler queues on its own trees",
            noClasses()
                .that()
                .resideInAPackage("io.corale..scheduler")
                .should()
                .accessTargetWhere(is("queue on trees of the JDK", PureRules::queuesOnTheJdk)),
            List.of("QueuesOnATreeMap", "QueuesOnAHeap")),
        new HouseRule(
            "the scheduler counts in integers",
            noFields()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage("io.corale..scheduler")
                .should()
                .haveRawType(is("floating point", PureRules::isFloating)),
            List.of("CountsInDoubles")));
  }

  private static ArchRule noAccess(String what, Predicate<JavaAccess<?>> bad) {
    return noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .accessTargetWhere(is(what, bad))
        .allowEmptyShould(false);
  }

  private static ArchRule noDependency(String what, Predicate<JavaClass> bad) {
    return noClasses().that().resideInAnyPackage(PURE).should().dependOnClassesThat(is(what, bad));
  }

  private static boolean readsAClock(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String name = access.getName();
    return CLOCKS.contains(owner)
        || (owner.startsWith("java.time.") && name.equals("now"))
        || (owner.equals("java.lang.System") && !name.equals("arraycopy"))
        || owner.equals("java.lang.Runtime");
  }

  private static boolean drawsChance(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String name = access.getName();
    return CHANCE.contains(owner)
        || (owner.equals("java.util.UUID") && name.equals("randomUUID"))
        || (owner.equals("java.lang.Math") && name.equals("random"))
        || (owner.equals("java.util.Collections") && name.equals("shuffle"))
        || owner.equals("java.util.random.RandomGeneratorFactory")
        || (owner.equals("java.util.random.RandomGenerator")
            && (name.equals("getDefault") || name.equals("of")));
  }

  private static boolean isOfThreads(JavaClass type) {
    return type.getPackageName().startsWith("java.util.concurrent")
        || type.isEquivalentTo(Thread.class)
        || type.isEquivalentTo(ThreadLocal.class);
  }

  private static boolean isOfTheWorld(JavaClass type) {
    boolean isAnException =
        type.isEquivalentTo(IOException.class)
            || type.isEquivalentTo(UncheckedIOException.class)
            || type.isEquivalentTo(Serializable.class);
    return !isAnException
        && resideInAnyPackage(
                "java.io..",
                "java.net..",
                "java.nio.file..",
                "java.nio.channels..",
                "java.util.logging..",
                "org.slf4j..")
            .test(type);
  }

  private static boolean losesTheOrder(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String name = access.getName();
    return UNORDERED.contains(owner)
        || (owner.equals("java.util.Map") && name.equals("of") && arguments(access) > 2)
        || (owner.equals("java.util.Set") && name.equals("of") && takesSeveral(access))
        || (isMapOrSet(owner) && (name.equals("copyOf") || name.equals("ofEntries")))
        || (owner.equals("java.util.stream.Collectors")
            && switch (name) {
              case "toSet", "toUnmodifiableSet", "toUnmodifiableMap", "partitioningBy" -> true;
              case "toMap" -> arguments(access) < 4;
              case "groupingBy" -> arguments(access) < 3;
              default -> false;
            });
  }

  private static boolean isMapOrSet(String owner) {
    return owner.equals("java.util.Map") || owner.equals("java.util.Set");
  }

  private static boolean takesSeveral(JavaAccess<?> access) {
    return arguments(access) > 1
        || (access.getTarget() instanceof CodeUnitCallTarget target
            && target.getRawParameterTypes().stream().anyMatch(JavaClass::isArray));
  }

  private static int arguments(JavaAccess<?> access) {
    return access.getTarget() instanceof CodeUnitCallTarget target
        ? target.getRawParameterTypes().size()
        : 0;
  }

  /** A sorted value may be copied; what the scheduler itself keeps in order is on its own trees. */
  private static boolean queuesOnTheJdk(JavaAccess<?> access) {
    return ORDERED_BY_THE_JDK.contains(access.getTargetOwner().getName())
        && !access
            .getTarget()
            .getFullName()
            .equals("java.util.TreeMap.<init>(java.util.SortedMap)");
  }

  private static boolean isFloating(JavaClass type) {
    return type.isEquivalentTo(double.class)
        || type.isEquivalentTo(float.class)
        || type.isEquivalentTo(Double.class)
        || type.isEquivalentTo(Float.class)
        || type.isEquivalentTo(double[].class)
        || type.isEquivalentTo(float[].class);
  }

  private static <T> DescribedPredicate<T> is(String what, Predicate<? super T> test) {
    return DescribedPredicate.describe(what, test);
  }
}
