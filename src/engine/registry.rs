//! The flows that somebody can start by name. Each is compiled once; jobs share what was compiled.
//!
//! A flow is a template: replacing or removing it here never disturbs a job that already runs, because the job holds
//! the program it was started with.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::flow::catalogue::Catalogue;
use crate::flow::model::Flow;
use crate::flow::problem::Problem;

use super::behaviour::Library;
use super::program::Program;

/// Flows by name.
pub struct Registry {
    catalogue: Catalogue,
    library: Rc<dyn Library>,
    programs: BTreeMap<Arc<str>, Rc<Program>>,
}

/// Why a flow is not registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistryError {
    /// The name is taken; see [`Registry::replace`].
    NameTaken,
    /// There is no flow of this name.
    UnknownName,
    /// The flow does not compile.
    Problems(Vec<Problem>),
}

impl Registry {
    /// A registry without flows.
    pub fn new(catalogue: Catalogue, library: Rc<dyn Library>) -> Self {
        Self { catalogue, library, programs: BTreeMap::new() }
    }

    /// Adds a flow under a name that is free.
    ///
    /// # Errors
    /// The name is taken, or the flow does not compile.
    pub fn register(&mut self, name: &str, flow: Flow) -> Result<Rc<Program>, RegistryError> {
        if self.programs.contains_key(name) {
            return Err(RegistryError::NameTaken);
        }
        self.put(name, flow)
    }

    /// Puts an edited flow in the place of the one of this name. Jobs that run go on with the one they were started with.
    ///
    /// # Errors
    /// There is none, or the flow does not compile; then the old one stays.
    pub fn replace(&mut self, name: &str, flow: Flow) -> Result<Rc<Program>, RegistryError> {
        if !self.programs.contains_key(name) {
            return Err(RegistryError::UnknownName);
        }
        self.put(name, flow)
    }

    /// Adds a copy of a flow under another name, which is its id too.
    ///
    /// # Errors
    /// There is no flow of the first name, or the second is taken.
    pub fn copy(&mut self, from: &str, to: &str) -> Result<Rc<Program>, RegistryError> {
        let flow = (*self.get(from).ok_or(RegistryError::UnknownName)?.flow).clone();
        self.register(to, Flow { flow_id: to.to_owned(), ..flow })
    }

    /// The flow of this name, else the first one with this id.
    pub fn get(&self, name: &str) -> Option<&Rc<Program>> {
        let by_id = || self.programs.values().find(|program| program.flow.flow_id == name);
        self.programs.get(name).or_else(by_id)
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.programs.keys().map(|name| &**name)
    }

    /// Takes a flow out. Tells whether there was one.
    pub fn unregister(&mut self, name: &str) -> bool {
        self.programs.remove(name).is_some()
    }

    fn put(&mut self, name: &str, flow: Flow) -> Result<Rc<Program>, RegistryError> {
        let program =
            Program::compile(&Arc::new(flow), &self.catalogue, &*self.library).map_err(RegistryError::Problems)?;
        self.programs.insert(name.into(), program.clone());
        Ok(program)
    }
}
