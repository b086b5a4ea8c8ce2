package io.corale.node.observe;

import io.corale.gossip.Overlay;
import io.corale.node.cell.Cells;
import io.corale.node.door.DoorLoad;
import io.corale.node.registry.Registry;
import io.corale.wire.Freight;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * The rooms of a node that are looked into.
 *
 * @param isSynced whether the overlay may conclude from silence
 * @param attempts under way on this node
 * @param freight what large requests and results hold
 * @param answers what large answers hold while they are written
 * @param gossip what went through the overlay
 */
public record Parts(
    Registry registry,
    Overlay overlay,
    BooleanSupplier isSynced,
    Cells cells,
    IntSupplier attempts,
    Supplier<DoorLoad> door,
    Supplier<Freight.Reading> freight,
    Supplier<Freight.Reading> answers,
    Supplier<OverlayReading> gossip) {}
