//! Connecting by keyboard: a port's possible ends as a filtered list.

use leptos::html;
use leptos::prelude::*;

use crate::ui::widgets::{dynamic, shared};

use crate::browser::focus;
use crate::flow::model::Point;
use crate::view::canvas::geometry::Side;
use crate::view::canvas::hit::Port;

use crate::ui::store::Store;

/// The list of ports that a port can be connected to.
pub fn pick_port(store: Store, origin: Port) -> AnyView {
    let query = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let input: NodeRef<html::Input> = NodeRef::new();
    Effect::new(move |_| {
        if input.get().is_some() {
            focus::focus("#pick-port");
        }
    });
    let all = ends(&store, origin);
    let found = Memo::new(move |_| {
        let wanted = query.get().to_lowercase();
        all.iter().filter(|(name, _)| name.to_lowercase().contains(&wanted)).take(12).cloned().collect::<Vec<_>>()
    });
    let take = move |port: Port| {
        store.close_float();
        store.connect(origin, port);
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let count = found.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|index| *index = (*index + 1) % count),
            "ArrowUp" => chosen.update(|index| *index = (*index + count - 1) % count),
            "Enter" => {
                if let Some(port) =
                    found.with_untracked(|found| found.get(chosen.get_untracked()).map(|(_, port)| *port))
                {
                    take(port);
                }
            }
            "Escape" => store.close_float(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let name = store.port_ref(origin).map(|port| port.to_string()).unwrap_or_default();
    let title =
        if origin.side == Side::Event { format!("Connect {name} to") } else { format!("Connect to {name} from") };
    let dialog_label = title.clone();
    let heading = title.clone();
    let at = place(&store, origin);
    let (left, top) = store.place_float(at, 260.0, 280.0);
    view! {
        <div class="fx-menu" role="dialog" aria-label=dialog_label style:left=left style:top=top style:width="260px">
            <p class="fx-menu__title">{heading}</p>
            <input
                node_ref=input id="pick-port" class="fx-input" placeholder="Type to filter" autocomplete="off" spellcheck="false"
                role="combobox" aria-expanded="true" aria-controls="pick-port-list" aria-label=title
                aria-activedescendant=shared(move || format!("pick-port-{}", chosen.get()))
                on:input=move |event| {
                    query.set(event_target_value(&event));
                    chosen.set(0);
                }
                on:keydown=on_key
            />
            <div id="pick-port-list" role="listbox" aria-label="Ports">
                {dynamic(move || found.get().into_iter().enumerate().map(|(index, (name, port))| view! {
                    <div
                        id=format!("pick-port-{index}") class="fx-menu__item" role="option"
                        aria-selected=shared(move || (chosen.get() == index).to_string())
                        on:pointerdown=|event| event.prevent_default()
                        on:click=move |_| take(port)
                    >{name}</div>
                }).collect_view())}
            </div>
            {dynamic(move || found.with(Vec::is_empty).then(|| view! { <p class="fx-menu__title">"There is nothing to connect to"</p> }))}
        </div>
    }
    .into_any()
}

fn place(store: &Store, port: Port) -> Point {
    let viewport = store.viewport_now();
    store.canvas.scene.with_value(|scene| {
        let anchor = scene.nodes.get(port.node as usize).map(|node| node.anchor(port.side, port.index as usize));
        let at = viewport.screen_from_canvas(anchor.unwrap_or_default());
        Point { x: at.x + 16.0, y: at.y - 12.0 }
    })
}

/// All ports of the other side that are not connected to this one yet: those of other routines first.
fn ends(store: &Store, origin: Port) -> Vec<(String, Port)> {
    let side = origin.side.opposite();
    let flow = store.flow_now();
    let own = store.port_ref(origin);
    store.canvas.scene.with_value(|scene| {
        let mut ends = Vec::new();
        for (node, shape) in (0_u32..).zip(&scene.nodes) {
            for (index, port) in (0_u32..).zip(shape.ports(side)) {
                let name = format!("{}.{port}", shape.id);
                let is_joined = flow.connections.iter().any(|connection| {
                    let (here, there) = if side == Side::Slot {
                        (&connection.from, &connection.to)
                    } else {
                        (&connection.to, &connection.from)
                    };
                    own.as_ref() == Some(here) && there.to_string() == name
                });
                if !is_joined {
                    ends.push((name, Port { node, side, index }));
                }
            }
        }
        ends.sort_by_key(|(_, port)| port.node == origin.node);
        ends
    })
}
